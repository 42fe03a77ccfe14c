// Owns the secrets of a session: the token of a link or a cookie, what is kept of it, and the token against foreign writes.
// Must never be reversible: from what is kept nobody gets a cookie, and from what a page may read neither.
import { hash } from 'node:crypto'
import type { Random } from '../../platform/random.ts'

const TOKEN_BYTES = 32
const TOKEN = /^[A-Za-z0-9_-]{43}$/

/** 256 random bits in 43 characters that need no encoding in a URL or a cookie. */
export function newToken(random: Pick<Random, 'bytes'>): string {
  return Buffer.from(random.bytes(TOKEN_BYTES)).toString('base64url')
}

/** Whether a text can be a token: anything else is not looked up. */
export function isToken(text: string): boolean {
  return TOKEN.test(text)
}

/**
 * What is kept of a token: SHA-256, in hex.
 * @param adminKeyHash of the admin key that it was got with: when there is another one, the token is found no more
 */
export function tokenHash(token: string, adminKeyHash = ''): string {
  return hash('sha256', `session ${adminKeyHash} ${token}`, 'hex')
}

/** The token that writes carry beside the cookie. It changes with the cookie, and needs no place of its own. */
export function csrfTokenOf(token: string): string {
  return hash('sha256', `csrf ${token}`, 'base64url')
}
