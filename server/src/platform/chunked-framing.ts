// Owns the chunked transfer coding (RFC 9112 §7.1): which bytes are data, and where the body ends. Trailers are skipped.
// Must never hold more than one line.

/** A size with extensions, or a trailer. Real ones have tens of characters. */
const LINE_MAX = 4096
/** Trailer lines; they are of no interest, and a peer could send them for ever. */
const TRAILERS_MAX = 100
const SIZE = /^([0-9A-Fa-f]{1,12})[ \t]*(?:;.*)?$/
const CR = 13
const LF = 10

type Expected = 'size' | 'data' | 'data_end' | 'trailer'

export class ChunkedFraming {
  readonly #onData: (bytes: Uint8Array) => void
  #expected: Expected = 'size'
  #line = ''
  #left = 0
  #trailers = 0

  constructor(onData: (bytes: Uint8Array) => void) {
    this.#onData = onData
  }

  /** Where the body ends in these bytes, that it goes on, or that it is not chunked at all. */
  push(bytes: Uint8Array): number | 'more' | 'not_http' {
    let at = 0
    while (at < bytes.length) {
      if (this.#expected === 'data') {
        at += this.#takeData(bytes.subarray(at))
        continue
      }
      const isLineEnd = this.#takeCharacter(bytes[at++] as number) // below the length
      if (this.#line.length > LINE_MAX) return 'not_http'
      if (!isLineEnd) continue
      const end = this.#takeLine()
      if (end === 'not_http') return end
      if (end === 'whole') return at
    }
    return 'more'
  }

  #takeData(bytes: Uint8Array): number {
    const count = Math.min(this.#left, bytes.length)
    this.#onData(bytes.subarray(0, count))
    this.#left -= count
    if (this.#left === 0) this.#expected = 'data_end'
    return count
  }

  #takeCharacter(byte: number): boolean {
    this.#line += String.fromCharCode(byte)
    return byte === LF
  }

  #takeLine(): 'more' | 'whole' | 'not_http' {
    const text = this.#line
    this.#line = ''
    if (text.charCodeAt(text.length - 2) !== CR) return 'not_http'
    const line = text.slice(0, -2)
    switch (this.#expected) {
      case 'size':
        return this.#takeSize(line)
      case 'trailer':
        if (line === '') return 'whole'
        return ++this.#trailers > TRAILERS_MAX ? 'not_http' : 'more'
      default:
        this.#expected = 'size'
        return line === '' ? 'more' : 'not_http'
    }
  }

  #takeSize(line: string): 'more' | 'not_http' {
    const size = SIZE.exec(line)?.[1]
    if (size === undefined) return 'not_http'
    this.#left = Number.parseInt(size, 16)
    this.#expected = this.#left === 0 ? 'trailer' : 'data'
    return 'more'
  }
}
