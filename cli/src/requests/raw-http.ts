// Owns reading a request as it goes over the wire (RFC 9112): the body is bytes and is not touched.
import { CommandError } from '../frame/command-failure.ts'
import type { RecordedRequest } from './recorded-request.ts'

const CR = 0x0d
const LF = 0x0a

/** With or without its first line; lines may end in LF alone, as an editor keeps them. */
export function rawRequest(bytes: Uint8Array): RecordedRequest {
  const end = endOfHead(bytes)
  if (end === undefined) throw new CommandError('The request has no empty line between its headers and its body.')
  const lines = Buffer.from(bytes.subarray(0, end.headEnd)).toString('latin1').split(/\r?\n/)
  const first = lines[0] ?? ''
  const headers = headersOf(/^[A-Z]+ \S/.test(first) ? lines.slice(1) : lines)
  const [, url] = /^[A-Z]+ (\S+)/.exec(first) ?? []
  return { headers, body: bodyOf(bytes.subarray(end.bodyStart), headers), ...(url === undefined ? {} : { url }) }
}

export function headersOf(lines: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const at = line.indexOf(':')
    if (at < 1) throw new CommandError(`This line of the headers has no colon: ${line.slice(0, 80)}`)
    headers[line.slice(0, at).trim().toLowerCase()] = line.slice(at + 1).trim()
  }
  return headers
}

function endOfHead(bytes: Uint8Array): { headEnd: number; bodyStart: number } | undefined {
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] !== LF) continue
    const next = bytes[at + 1] === CR ? at + 2 : at + 1
    if (bytes[next] === LF) return { headEnd: bytes[at - 1] === CR ? at - 1 : at, bodyStart: next + 1 }
  }
  return undefined
}

/** What is behind the announced length is the editor's, not the request's. */
function bodyOf(bytes: Uint8Array, headers: Readonly<Record<string, string>>): Uint8Array {
  if (/\bchunked\b/i.test(headers['transfer-encoding'] ?? '')) return unchunked(bytes)
  const length = Number(headers['content-length'] ?? Number.NaN)
  return Number.isInteger(length) && length < bytes.length ? bytes.subarray(0, length) : bytes
}

function unchunked(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = []
  for (let at = 0; ; ) {
    const lineEnd = bytes.indexOf(LF, at)
    const size =
      lineEnd < 0 ? Number.NaN : Number.parseInt(Buffer.from(bytes.subarray(at, lineEnd)).toString('latin1'), 16)
    if (Number.isNaN(size)) throw new CommandError('The chunks of the body are broken off.')
    if (size === 0) return Buffer.concat(parts)
    parts.push(bytes.subarray(lineEnd + 1, lineEnd + 1 + size))
    at = lineEnd + 1 + size
    if (bytes[at] === CR) at++
    if (bytes[at] === LF) at++
  }
}
