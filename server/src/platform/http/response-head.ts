// Owns the head of a response: status, headers, and how the body ends (RFC 9112 §4–§6). Pure.
// Must never guess: what RFC 9112 calls invalid is not a response, because a wrong guess would read the next response wrongly.

/** How the end of a body is known (RFC 9112 §6.3). */
export type Framing =
  | { readonly kind: 'length'; readonly bytes: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'until_close' }

export interface ResponseHead {
  readonly status: number
  /** Names in lower case; repeated ones are joined (RFC 9110 §5.3). The first hundred. */
  readonly headers: Readonly<Record<string, string>>
  readonly framing: Framing
  /** The connection may be used again after this response (RFC 9112 §9.3). */
  readonly isPersistent: boolean
  /** How long the server says that it keeps an idle connection, milliseconds. */
  readonly idleMs: number | null
}

/** More names than this are not kept, although their bytes were within the limit. */
const HEADERS_KEPT_MAX = 100
const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: [^\0\r\n]*)?$/
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
// biome-ignore lint/suspicious/noControlCharactersInRegex: RFC 9110 §5.5 names them: they may not be in a value
const NO_VALUE = /[\0-\x08\x0a-\x1f\x7f]/
// Obsolete (RFC 9112 §5.2), and where it is in a header that says how long the body is, parsers do not agree.
const FOLD = /\r\n[ \t]/
const NO_BODY: Framing = { kind: 'length', bytes: 0 }
const CHUNKED: Framing = { kind: 'chunked' }
const UNTIL_CLOSE: Framing = { kind: 'until_close' }

/**
 * @param text the head without the empty line that ends it, one character a byte
 * @returns undefined when it is no HTTP/1.x response
 */
export function parseResponseHead(text: string): ResponseHead | undefined {
  const lines = text.split('\r\n')
  const start = STATUS_LINE.exec(lines[0] ?? '')
  if (start === null) return undefined
  const headers = parseHeaders(lines)
  if (headers === undefined) return undefined
  const status = Number(start[2])
  const framing = framingOf(status, headers)
  if (framing === undefined) return undefined
  const isPersistent =
    start[1] === '1' && framing !== UNTIL_CLOSE && !FOLD.test(text) && isPlain(status, headers) && !closes(headers)
  return { status, headers: kept(headers), framing, isPersistent, idleMs: idleMsOf(headers) }
}

export type ParseHead = typeof parseResponseHead

/** Longer heads are not worth their memory while a connection is idle. */
const REMEMBERED_LENGTH_MAX = 1024

/** For the heads of one connection: a receiver says the same again and again, but for its date each second. */
export function rememberingParser(): ParseHead {
  let lastText = ''
  let last: ResponseHead | undefined
  return (text) => {
    if (text === lastText) return last
    const head = parseResponseHead(text)
    if (text.length > REMEMBERED_LENGTH_MAX) return head
    lastText = text
    last = head
    return head
  }
}

type Headers = ReadonlyMap<string, string>

function parseHeaders(lines: readonly string[]): Headers | undefined {
  const headers = new Map<string, string>()
  let last = ''
  for (let index = 1; index < lines.length; index++) {
    const line = lines[index] as string // below the length
    if (NO_VALUE.test(line)) return undefined
    const colon = line.indexOf(':')
    // A line that goes on with the one before it (RFC 9112 §5.2): obsolete, and to be read as a space.
    const isFolded = line.startsWith(' ') || line.startsWith('\t')
    const name = isFolded ? last : line.slice(0, colon).toLowerCase()
    if (isFolded ? last === '' : colon < 1 || !NAME.test(name)) return undefined
    const value = trimmed(isFolded ? line : line.slice(colon + 1))
    const before = headers.get(name)
    headers.set(name, before === undefined ? value : `${before}${isFolded ? ' ' : ', '}${value}`)
    last = name
  }
  return headers
}

/** Without spaces and tabs at its ends (RFC 9110 §5.5). `trim` would take away 0xa0 too, which others read as a part of the value. */
function trimmed(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isSpace(text.charCodeAt(start))) start++
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--
  return text.slice(start, end)
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09
}

function framingOf(status: number, headers: Headers): Framing | undefined {
  if (hasNoBody(status)) return NO_BODY
  const coding = headers.get('transfer-encoding')
  if (coding !== undefined) return /(?:^|,)[ \t]*chunked$/i.test(coding) ? CHUNKED : UNTIL_CLOSE
  const length = headers.get('content-length')
  return length === undefined ? UNTIL_CLOSE : lengthOf(length)
}

/** Repeated, it must say the same each time (RFC 9112 §6.3). */
function lengthOf(text: string): Framing | undefined {
  const values = new Set(text.split(',').map(trimmed))
  const [value = ''] = values
  return values.size === 1 && /^\d{1,15}$/.test(value) ? { kind: 'length', bytes: Number(value) } : undefined
}

/**
 * The end of the body is said in the one way in which everybody reads it. Where it is not (both kinds of length at once, a length
 * that is repeated, codings beside `chunked`, a body where there is none), this response is read as RFC 9112 §6.3 says, but
 * somebody between may read it otherwise, and the next one on the connection would not be the response to what was asked.
 */
function isPlain(status: number, headers: Headers): boolean {
  const coding = headers.get('transfer-encoding')
  const length = headers.get('content-length')
  if (hasNoBody(status)) return coding === undefined && (length === undefined || length === '0')
  if (coding !== undefined) return length === undefined && coding.toLowerCase() === 'chunked'
  return length !== undefined && !length.includes(',')
}

/** RFC 9112 §6.3, the first rule. */
function hasNoBody(status: number): boolean {
  return status < 200 || status === 204 || status === 304
}

function closes(headers: Headers): boolean {
  const connection = headers.get('connection')
  return connection !== undefined && /(?:^|[\s,])close(?:$|[\s,])/i.test(connection)
}

function idleMsOf(headers: Headers): number | null {
  const seconds = /(?:^|[\s,])timeout=(\d{1,6})/i.exec(headers.get('keep-alive') ?? '')?.[1]
  return seconds === undefined ? null : Number(seconds) * 1000
}

function kept(headers: Headers): Record<string, string> {
  const record: Record<string, string> = {}
  let count = 0
  for (const [name, value] of headers) {
    // As a key of an object it would be its prototype.
    if (name === '__proto__') continue
    if (++count > HEADERS_KEPT_MAX) break
    record[name] = value
  }
  return record
}
