// Owns what a body may have been before something on the way, or at the receiver, changed it.
// Must never be endless: whoever tries the candidates stops when there is no work left to spend.

import type { BodyCandidate } from './causes.ts'
import { charsetCandidates } from './charsets.ts'
import { jsonSpellings } from './json-spellings.ts'

/** Candidates for bytes that came, the cheapest first. */
export function* bodyCandidates(bytes: Uint8Array): Generator<BodyCandidate> {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  for (const [how, body] of lineEnds(text)) yield { cause: 'trailing_newline', how, body }
  yield* charsetCandidates(bytes, text)
  yield* encodedOnceMore(text)
  for (const { text: body, name } of jsonSpellings(text))
    yield { cause: 'body_reserialised', how: `it was sent ${name}`, body }
}

/** Candidates for what a parser made of the body. */
export function* parsedCandidates(parsed: object): Generator<BodyCandidate> {
  const text = textOf(parsed)
  if (text === undefined) return
  const [name = ''] = Object.keys(parsed)
  // What a parser of forms makes of JSON: one field, whose name is all of it.
  if (name.startsWith('{')) yield { cause: 'double_encoded', how: 'it was parsed as a form', body: name }
  yield { cause: 'body_reserialised', how: 'it was sent without white space', body: text }
  for (const spelling of jsonSpellings(text)) {
    yield { cause: 'body_reserialised', how: `it was sent ${spelling.name}`, body: spelling.text }
  }
}

function textOf(parsed: object): string | undefined {
  try {
    return JSON.stringify(parsed)
  } catch {
    return undefined // circular, or with a BigInt
  }
}

function lineEnds(text: string): [how: string, body: string][] {
  const candidates: [string, string][] = [
    ['a line end was added', text.replace(/\r?\n$/, '')],
    // A byte order mark is white space to `trim`, and a charset's fault.
    ['white space was added around it', text.startsWith('\ufeff') ? text : text.trim()],
    ['line ends were made CRLF', text.replaceAll('\r\n', '\n')],
    ['line ends were made LF', text.replaceAll(/\r?\n/g, '\r\n')],
    ['a line end was removed', `${text}\n`],
  ]
  return candidates.filter(([, candidate]) => candidate !== text)
}

function* encodedOnceMore(text: string): Generator<BodyCandidate> {
  const decoders: readonly [string, (text: string) => unknown][] = [
    ['it was written as a JSON text', (encoded) => JSON.parse(encoded)],
    ['it was encoded in base64', (encoded) => fromBase64(encoded)],
    ['it was encoded for a URL', (encoded) => decodeURIComponent(encoded)],
    ['it was encoded for a form', (encoded) => decodeURIComponent(encoded.replaceAll('+', ' ').replace(/=$/, ''))],
  ]
  for (const [how, decode] of decoders) {
    const body = attempt(() => decode(text.trim()))
    if ((typeof body === 'string' || body instanceof Uint8Array) && body !== text)
      yield { cause: 'double_encoded', how, body }
  }
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}

function attempt<T>(decode: () => T): T | undefined {
  try {
    return decode()
  } catch {
    return undefined // not so encoded
  }
}
