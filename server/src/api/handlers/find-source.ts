// Owns finding the source that a path names.
import { Refusal } from '@timbre/contract/errors.ts'
import type { SourceRow } from '../../storage/storage.ts'
import type { Api } from '../api.ts'
import type { Caller } from '../auth/caller.ts'
import { knownId } from '../validation/known-id.ts'

/** Throws SOURCE_NOT_FOUND, also for one of another workspace. */
export async function findSource(
  { storage }: Pick<Api, 'storage'>,
  { workspaceId }: Caller,
  given: string,
): Promise<SourceRow> {
  const id = knownId('source', given)
  const row = await storage.findSource(workspaceId, id)
  if (row === undefined) throw new Refusal('SOURCE_NOT_FOUND', { id })
  return row
}
