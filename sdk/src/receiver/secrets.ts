// Owns what counts as a secret to verify with.
// Must never let an empty one through: whoever knows that it is empty could sign.
import { SECRET_PREFIX } from '@timbre/contract/signature.ts'
import { SignatureError } from './signature-error.ts'

/** The webhook's secret as the service shows it; several while it is being rotated. */
export type Secrets = string | readonly string[]

/** What is left of an unset variable, as it is, in quotes, or written into a text (`${process.env.WEBHOOK_SECRET}`). */
const NOTHING = new RegExp(`^["'\\s]*(${SECRET_PREFIX}|undefined|null)?["'\\s]*$`)

/** The secrets as a list. Throws `no_secret` when there is none, or one of them is empty. */
export function checkedSecrets(secret: Secrets): readonly string[] {
  const secrets = typeof secret === 'string' ? [secret] : secret
  // At runtime it may be no string at all: `process.env.WEBHOOK_SECRET!` is often undefined.
  if (Array.isArray(secrets) && secrets.length > 0 && secrets.every(isSecret)) return secrets
  throw new SignatureError(
    'no_secret',
    `No secret to verify with: it is ${missing(secrets)}. Is the environment variable set? webhooks.getSecret(id) shows the webhook's secret.`,
  )
}

/** What was given instead, never itself: of a list one may be a secret. */
function missing(secrets: readonly unknown[] | unknown): string {
  if (!Array.isArray(secrets))
    return secrets === null ? 'null' : `${secrets === undefined ? '' : 'of type '}${typeof secrets}`
  if (secrets.length === 0) return 'an empty list'
  const place = secrets.length === 1 ? '' : ', in one place of the list'
  const isText = secrets.every((secret) => typeof secret === 'string')
  return `${isText ? 'empty, or what an unset variable leaves' : 'no text'}${place}`
}

function isSecret(secret: unknown): boolean {
  return typeof secret === 'string' && !NOTHING.test(secret)
}
