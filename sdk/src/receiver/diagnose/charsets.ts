// Owns what a body may have been before it was decoded or encoded with another charset than UTF-8.
import type { BodyCandidate } from './causes.ts'

/** Every reading that is tried. @param bytes as they came; @param text the same as UTF-8 */
export function* charsetCandidates(bytes: Uint8Array, text: string): Generator<BodyCandidate> {
  const found: readonly [string, () => string | Uint8Array | undefined][] = [
    ['a byte order mark was put before it', () => (startsWithMark(bytes) ? bytes.subarray(3) : undefined)],
    ['UTF-8 was read as Latin-1 or Windows-1252', () => singleBytes(text)],
    ['it was written as Latin-1', () => decoded(bytes, 'latin1')],
    ['it was written as Windows-1252', () => decoded(bytes, 'windows-1252')],
    ['it was written as UTF-16, little endian', () => decoded(bytes, 'utf-16le')],
    ['it was written as UTF-16, big endian', () => decoded(bytes, 'utf-16be')],
    ['its characters were decomposed (NFD)', () => text.normalize('NFC')],
    ['its characters were composed (NFC)', () => text.normalize('NFD')],
  ]
  for (const [how, original] of found) {
    const body = original()
    if (body !== undefined) yield { cause: 'charset', how, body }
  }
}

function startsWithMark(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
}

/** The bytes of which each became one character; undefined: not each did, or all of them are ASCII. */
function singleBytes(text: string): Uint8Array | undefined {
  const codes = windows1252()
  const bytes = new Uint8Array(text.length)
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    const byte = code <= 0xff ? code : codes.indexOf(code)
    if (byte < 0) return undefined
    bytes[index] = byte
  }
  return bytes.some((byte) => byte > 0x7f) ? bytes : undefined
}

/** The code of each byte in Windows-1252. */
function windows1252(): readonly number[] {
  const text =
    decoded(
      Uint8Array.from({ length: 256 }, (_, byte) => byte),
      'windows-1252',
    ) ?? ''
  return [...text].map((character) => character.charCodeAt(0))
}

function decoded(bytes: Uint8Array, charset: string): string | undefined {
  if (charset === 'latin1') return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
  try {
    return new TextDecoder(charset).decode(bytes)
  } catch {
    return undefined // a runtime that knows UTF-8 alone
  }
}
