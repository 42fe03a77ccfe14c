// Owns which workspace a request names. Must never be taken for the one that its key belongs to: `authenticate.ts` compares.
import type { IncomingHttpHeaders } from 'node:http'
import { parseId } from '@timbre/contract/ids.ts'

/** The UUID in `x-workspace-id`, else in its alias; undefined when that is none. */
export function namedWorkspace({
  'x-workspace-id': named,
  'workspace-id': alias,
}: IncomingHttpHeaders): string | undefined {
  return parseId('workspace', String(named ?? alias))
}
