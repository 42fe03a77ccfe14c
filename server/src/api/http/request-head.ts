// Owns what the head of a request says before anybody asks what it wants: what is wrong with it (framing, version, hosts), the id that
// its response carries in `x-request-id`, and which workspace it names.
// Must never look at path, key or body; trust a given id beyond its form, as it goes into headers and logs; nor take the workspace that is
// named for the one that the key belongs to: `authenticate.ts` compares.
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { Refusal } from '@timbre/contract/errors.ts'
import { parseId } from '@timbre/contract/ids.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Random } from '../../platform/random.ts'

/** Why a request is refused by its head alone; undefined: nothing is wrong with it. */
export function requestFault(request: IncomingMessage): Refusal | undefined {
  const { headers, httpVersion } = request
  if (headers['content-encoding'] !== undefined)
    return new Refusal('UNSUPPORTED_MEDIA_TYPE', { reason: 'content_encoding' })
  const transferEncoding = headers['transfer-encoding']
  // RFC 9112 §6.1: what comes before `chunked` is an encoding of the body.
  if (transferEncoding !== undefined && transferEncoding.toLowerCase() !== 'chunked')
    return new Refusal('UNSUPPORTED_MEDIA_TYPE', { reason: 'content_encoding' })
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return invalid(VERSION)
  return isNamedOnce(request) ? undefined : invalid(HOST)
}

/** RFC 9112 §3.2: one Host, which only HTTP/1.0 may leave out. Node keeps the first of several and says nothing. */
function isNamedOnce({ rawHeaders, httpVersion }: IncomingMessage): boolean {
  let hosts = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts++
  }
  return hosts === 1 || (hosts === 0 && httpVersion === '1.0')
}

function invalid(finding: { readonly path: string; readonly en: string; readonly es: string }): Refusal {
  return new Refusal('INVALID_INPUT', { findings: [finding] })
}

const VERSION = { path: 'HTTP', en: 'must be of version 1.0 or 1.1', es: 'debe ser de la versión 1.0 o 1.1' }
const HOST = { path: 'Host', en: 'must be sent, and once only', es: 'debe enviarse, y una sola vez' }

const GIVEN = /^[\x21-\x7e]{1,128}$/

/** The caller's id when it is 1–128 printable ASCII characters without spaces, else a new UUID. */
export function requestId(
  request: Pick<IncomingMessage, 'headers'>,
  { random, clock }: { readonly random: Random; readonly clock: Clock },
): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && GIVEN.test(given) ? given : random.uuid(clock.now())
}

/** The UUID in `x-workspace-id`, else in its alias; undefined when that is none. */
export function namedWorkspace({
  'x-workspace-id': named,
  'workspace-id': alias,
}: IncomingHttpHeaders): string | undefined {
  return parseId('workspace', String(named ?? alias))
}
