// Owns the spellings that a secret gets on its way into a receiver's settings.
// Must never leave this file as a text that is shown: only the name of what was done to it is.
import { SECRET_PREFIX } from '@timbre/contract/signature.ts'
import { base64 } from '../digests.ts'

export interface SecretSpelling {
  readonly secret: string
  /** What is wrong with the given spelling. */
  readonly name: string
}

const SPELLINGS_MAX = 40

/** The secrets that a given one may stand for, without itself: after one change, then after two. */
export function secretSpellings(given: string): SecretSpelling[] {
  const found = new Map<string, string>([[given, '']])
  for (let round = 0; round < 2; round++) {
    for (const [secret, name] of [...found]) {
      for (const [change, undo] of CHANGES) {
        const other = attempt(() => undo(secret))
        if (other === undefined || other.length < 8 || found.has(other) || found.size > SPELLINGS_MAX) continue
        found.set(other, name === '' ? change : `${name}, and ${change}`)
      }
    }
  }
  found.delete(given)
  return [...found].map(([secret, name]) => ({ secret, name }))
}

const withoutPrefix = (secret: string) =>
  secret.startsWith(SECRET_PREFIX) ? secret.slice(SECRET_PREFIX.length) : secret

/** Each with the function that undoes it; undefined or an error: it was not done. */
const CHANGES: readonly (readonly [string, (secret: string) => string | undefined])[] = [
  ['it has white space around it', (secret) => secret.trim()],
  ['it is in quotes', (secret) => /^(["'`])(.*)\1$/s.exec(secret.trim())?.[2]],
  ['it ends with \\n as two characters', (secret) => secret.replace(/(\\r)?\\n$/, '')],
  ['its name is before it, as in a line of a file', (secret) => /^(?:export )?[A-Z_]+=(.*)$/s.exec(secret)?.[1]],
  [`its prefix ${SECRET_PREFIX} is missing`, (secret) => `${SECRET_PREFIX}${withoutPrefix(secret)}`],
  [`it has the prefix ${SECRET_PREFIX} once too often`, (secret) => withoutPrefix(secret)],
  ['it is encoded for a URL', (secret) => decodeURIComponent(secret)],
  [
    'it is in base64 for URLs',
    (secret) =>
      secret
        .replaceAll('-', '+')
        .replaceAll('_', '/')
        .replace(/^whsec\//, SECRET_PREFIX),
  ],
  ['the = at its end are missing', (secret) => padded(secret)],
  ['it was encoded in base64 once more', (secret) => atob(secret)],
  ['it was decoded to bytes, in hex', (secret) => `${SECRET_PREFIX}${base64(fromHex(withoutPrefix(secret)))}`],
  ['it was decoded to bytes, as Latin-1', (secret) => `${SECRET_PREFIX}${btoa(withoutPrefix(secret))}`],
  ['it is in hex', (secret) => String.fromCharCode(...fromHex(secret))],
]

function padded(secret: string): string {
  return `${secret}${'='.repeat((4 - (withoutPrefix(secret).length % 4)) % 4)}`
}

function fromHex(text: string): Uint8Array {
  if (!/^(?:[\da-f]{2}){8,128}$/i.test(text)) throw new TypeError('This is no hex.')
  return Uint8Array.from(text.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))
}

function attempt<T>(undo: () => T): T | undefined {
  try {
    return undo()
  } catch {
    return undefined
  }
}
