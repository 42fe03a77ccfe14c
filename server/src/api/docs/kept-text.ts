// Owns a response that is made once: its bytes are in memory once, however many are reading it.
// Must never hold anything that differs from one caller to the next.
import { hash } from 'node:crypto'

export interface KeptText {
  readonly type: string
  readonly bytes: Buffer
  /** Strong (RFC 9110 §8.8.3), quotes included. */
  readonly etag: string
}

export function keptText(type: string, content: string | Buffer): KeptText {
  const bytes = Buffer.from(content)
  return { type, bytes, etag: `"${hash('sha256', bytes, 'base64url').slice(0, 27)}"` }
}

/** Made when it is asked for: the document of the API takes a thirtieth of a start. */
export function lazyText(make: () => KeptText): () => KeptText {
  let made: KeptText | undefined
  return () => {
    made ??= make()
    return made
  }
}

/** Whether the caller has these bytes already. @param ifNoneMatch the header (RFC 9110 §13.1.2) */
export function isKnown({ etag }: KeptText, ifNoneMatch: string | undefined): boolean {
  if (ifNoneMatch === undefined) return false
  return ifNoneMatch.split(',').some((known) => known.trim() === '*' || known.trim().replace(/^W\//, '') === etag)
}
