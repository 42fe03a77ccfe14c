// Owns the text that is kept of an answer's body and headers. Must never decode a content-encoding: a bomb stays small.
import { StringDecoder } from 'node:string_decoder'

/** More names than this are not kept, although their bytes were within the limit. */
const HEADERS_KEPT_MAX = 100

/**
 * The kept part of a body as text that every database accepts: UTF-8, what is none and NUL replaced by U+FFFD.
 * @param bytes at most RESPONSE_BODY_BYTES_MAX
 * @param isCut the body went on: a character that was cut in two at the end is left out
 */
export function responseText(bytes: Buffer, isCut: boolean): string {
  const text = isCut ? new StringDecoder('utf8').write(bytes) : bytes.toString('utf8')
  return text.includes('\0') ? text.replaceAll('\0', '\ufffd') : text
}

/** The headers of an answer, each with one value; repeated ones are joined (RFC 9110 §5.3). */
export function responseHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Readonly<Record<string, string>> {
  const kept: Record<string, string> = {}
  let count = 0
  for (const name in headers) {
    const value = headers[name]
    if (value === undefined || name === '__proto__') continue
    if (++count > HEADERS_KEPT_MAX) break
    kept[name] = typeof value === 'string' ? value : value.join(', ')
  }
  return kept
}
