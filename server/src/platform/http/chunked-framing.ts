// Owns the chunked transfer coding (RFC 9112 §7.1): which bytes are data, and where the body ends. Trailers are skipped.
// Must never hold a line, or anything else that grows with what comes: it reads byte by byte and keeps numbers.

/** A size with extensions, or a trailer. Real ones have tens of characters. */
const LINE_BYTES_MAX = 4096
/** Trailer lines; they are of no interest, and a peer could send them for ever. */
const TRAILERS_MAX = 100
/** 48 bits: an integer that a double holds, and more than anybody sends. */
const SIZE_DIGITS_MAX = 12
/**
 * Everything that is no data. Chunks of one byte have 5 for each, 80 KiB for what is kept of a body; a peer that sends
 * more of it than this sends extensions to keep us busy.
 */
const FRAMING_BYTES_MAX = 256 * 1024

const TAB = 9
const LF = 10
const CR = 13
const SPACE = 32
const QUOTE = 34
const COLON = 58
const SEMICOLON = 59
const EQUALS = 61
const DEL = 127

/** What the next byte belongs to; the two `…_end` are the line feed that must follow a carriage return. */
type Place =
  | 'size'
  | 'size_space'
  | 'extension'
  | 'quoted'
  | 'size_end'
  | 'data'
  | 'after_data'
  | 'data_end'
  | 'trailer'
  | 'trailer_name'
  | 'trailer_value'
  | 'trailer_end'
  | 'last_end'

/** Gets the data in pieces: the bytes from `start` up to `end`. */
type OnData = (bytes: Uint8Array, start: number, end: number) => void

export class ChunkedFraming {
  readonly #onData: OnData
  #place: Place = 'size'
  #size = 0
  #digits = 0
  #left = 0
  #lineBytes = 0
  #framingBytes = 0
  #trailers = 0
  /**
   * False once something came that other parsers (llhttp among them) refuse or read otherwise: a space behind a size, a
   * trailer without a colon. What is read so far is good; the next response on the connection might not be.
   */
  isClean = true

  constructor(onData: OnData) {
    this.#onData = onData
  }

  /** Where the body ends in these bytes, that it goes on, that too much of it is no data, or that it is not chunked at all. */
  push(bytes: Uint8Array): number | 'more' | 'cut' | 'not_http' {
    let at = 0
    while (at < bytes.length) {
      if (this.#place === 'data') {
        at += this.#takeData(bytes, at)
        continue
      }
      const place = this.#next(this.#place, bytes[at++] as number) // below the length
      if (place === 'not_http') return place
      if (place === 'whole') return at
      this.#place = place
      if (++this.#framingBytes > FRAMING_BYTES_MAX) return 'cut'
      this.#lineBytes = place === 'size' || place === 'data' || place === 'trailer' ? 0 : this.#lineBytes + 1
      if (this.#lineBytes > LINE_BYTES_MAX) return 'not_http'
    }
    return 'more'
  }

  #takeData(bytes: Uint8Array, at: number): number {
    const count = Math.min(this.#left, bytes.length - at)
    this.#onData(bytes, at, at + count)
    this.#left -= count
    if (this.#left === 0) this.#place = 'after_data'
    return count
  }

  #next(place: Exclude<Place, 'data'>, byte: number): Place | 'whole' | 'not_http' {
    switch (place) {
      case 'size':
        return this.#inSize(byte)
      case 'size_space':
      case 'extension':
      case 'quoted':
        return this.#inExtension(place, byte)
      case 'size_end':
        return byte === LF ? this.#afterSize() : 'not_http'
      case 'after_data':
        return byte === CR ? 'data_end' : 'not_http'
      case 'data_end':
        return byte === LF ? 'size' : 'not_http'
      case 'last_end':
        return byte === LF ? 'whole' : 'not_http'
      case 'trailer_end':
        return byte === LF && ++this.#trailers <= TRAILERS_MAX ? 'trailer' : 'not_http'
      case 'trailer':
      case 'trailer_name':
      case 'trailer_value':
        return this.#inTrailer(place, byte)
    }
  }

  #inSize(byte: number): Place | 'not_http' {
    const digit = hexDigit(byte)
    if (digit !== undefined) {
      this.#size = this.#size * 16 + digit
      return ++this.#digits > SIZE_DIGITS_MAX ? 'not_http' : 'size'
    }
    if (this.#digits === 0) return 'not_http'
    if (byte === CR) return 'size_end'
    if (byte === SEMICOLON) return 'extension'
    return byte === SPACE || byte === TAB ? this.#unclean('size_space') : 'not_http'
  }

  #inExtension(place: 'size_space' | 'extension' | 'quoted', byte: number): Place | 'not_http' {
    if (byte === CR) return place === 'quoted' ? this.#unclean('size_end') : 'size_end'
    if (isControl(byte)) return 'not_http'
    if (place === 'size_space') {
      if (byte === SEMICOLON) return 'extension'
      return byte === SPACE || byte === TAB ? place : 'not_http'
    }
    if (byte === QUOTE) return place === 'quoted' ? 'extension' : 'quoted'
    const isFine = place === 'quoted' || byte === SEMICOLON || byte === EQUALS || IS_TOKEN[byte] === 1
    return isFine ? place : this.#unclean(place)
  }

  #afterSize(): Place {
    this.#left = this.#size
    this.#size = 0
    this.#digits = 0
    return this.#left === 0 ? 'trailer' : 'data'
  }

  #inTrailer(place: 'trailer' | 'trailer_name' | 'trailer_value', byte: number): Place | 'not_http' {
    if (byte === LF) return 'not_http'
    if (byte === CR) {
      if (place === 'trailer') return 'last_end'
      return place === 'trailer_name' ? this.#unclean('trailer_end') : 'trailer_end'
    }
    if (place === 'trailer_value') return isControl(byte) ? this.#unclean(place) : place
    if (byte === COLON && place === 'trailer_name') return 'trailer_value'
    return IS_TOKEN[byte] === 1 ? 'trailer_name' : this.#unclean('trailer_name')
  }

  #unclean(place: Place): Place {
    this.isClean = false
    return place
  }
}

function hexDigit(byte: number): number | undefined {
  if (byte >= 48 && byte <= 57) return byte - 48
  const letter = byte | 0x20
  return letter >= 97 && letter <= 102 ? letter - 87 : undefined
}

function isControl(byte: number): boolean {
  return (byte < SPACE && byte !== TAB) || byte === DEL
}

/** By byte: RFC 9110 §5.6.2. */
const IS_TOKEN = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[!#$%&'*+.^_`|~0-9A-Za-z-]/.test(String.fromCharCode(byte)) ? 1 : 0,
)
