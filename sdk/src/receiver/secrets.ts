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
  throw new SignatureError('no_secret', 'No secret to verify with: pass the one of the webhook (webhooks.getSecret).')
}

function isSecret(secret: unknown): boolean {
  return typeof secret === 'string' && !NOTHING.test(secret)
}
