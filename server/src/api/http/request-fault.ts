// Owns what is wrong with the head of a request before anybody asks what it wants: framing, version, hosts.
// Must never look at path, key or body.
import type { IncomingMessage } from 'node:http'
import { Refusal } from '@timbre/contract/errors.ts'

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
