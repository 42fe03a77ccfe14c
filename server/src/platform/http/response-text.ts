// Owns the text that is kept of an answer's body. Must never decode a content-encoding: a bomb stays small.
import { StringDecoder } from 'node:string_decoder'

/**
 * The kept part of a body as text that every database accepts: UTF-8, what is none and NUL replaced by U+FFFD.
 * @param bytes at most RESPONSE_BODY_BYTES_MAX
 * @param isCut the body went on: a character that was cut in two at the end is left out
 */
export function responseText(bytes: Buffer, isCut: boolean): string {
  const text = isCut ? new StringDecoder('utf8').write(bytes) : bytes.toString('utf8')
  return text.includes('\0') ? text.replaceAll('\0', '\ufffd') : text
}
