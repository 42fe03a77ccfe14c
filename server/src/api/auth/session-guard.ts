// Owns what a request with a session must show beside its cookie: that a page of this installation makes it (docs/decisions/0066).
// Must never be asked of a request with a key: a key is not sent by a browser on its own.
import { timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { Refusal } from '@timbre/contract/errors.ts'
import { CSRF_HEADER } from '@timbre/contract/session.ts'
import { askerOf } from './own-page.ts'
import { csrfTokenOf } from './session-token.ts'

/**
 * Throws ORIGIN_FORBIDDEN, CSRF_TOKEN_INVALID.
 * @param token that of the cookie
 * @param isWrite whether the route changes anything: then the page must say where it is from, and carry the token
 */
export function refuseForeign(
  headers: IncomingHttpHeaders,
  token: string,
  { isWrite, publicUrl }: { readonly isWrite: boolean; readonly publicUrl: string | null },
): void {
  const asker = askerOf(headers, publicUrl)
  if (asker === 'foreign_page' || (isWrite && asker !== 'own_page')) throw new Refusal('ORIGIN_FORBIDDEN')
  if (isWrite && !isSame(headers[CSRF_HEADER], csrfTokenOf(token))) throw new Refusal('CSRF_TOKEN_INVALID')
}

function isSame(given: string | readonly string[] | undefined, expected: string): boolean {
  if (typeof given !== 'string' || given.length !== expected.length) return false
  const bytes = Buffer.from(given)
  return bytes.length === expected.length && timingSafeEqual(bytes, Buffer.from(expected))
}
