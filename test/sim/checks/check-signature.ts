// Owns verifying a request as a receiver would, from CONTRACT §3 alone: nothing of ours is used but its words.
import { createHmac } from 'node:crypto'
import type { TransportRequest } from '@timbre/server/platform/transport.ts'

/**
 * @param previousSecrets replaced ones that are still valid, the newest first
 * @returns what is wrong, or undefined when every signature is right for these secrets
 */
export function signatureProblem(
  { headers, body }: TransportRequest,
  secret: string,
  previousSecrets: readonly string[],
): string | undefined {
  const bytes = Buffer.from(body)
  if (headers['x-supervisor-signature'] !== supervisorSignature(secret, bytes)) return 'x-supervisor-signature is wrong'
  const previous = previousSecrets.map((one) => supervisorSignature(one, bytes)).join(', ') || undefined
  if (headers['x-supervisor-signature-previous'] !== previous) return 'x-supervisor-signature-previous is wrong'
  const signed = Buffer.concat([Buffer.from(`${headers['webhook-id']}.${headers['webhook-timestamp']}.`), bytes])
  const secrets = [secret, ...previousSecrets]
  const standard = secrets.map((one) => `v1,${createHmac('sha256', keyOf(one)).update(signed).digest('base64')}`)
  return headers['webhook-signature'] === standard.join(' ') ? undefined : 'webhook-signature is wrong'
}

function supervisorSignature(secret: string, body: Buffer): string {
  return `sha256=${createHmac('sha256', Buffer.from(secret, 'utf8')).update(body).digest('hex')}`
}

/** The workload makes two kinds of secrets: `whsec_` with base64, and plain words. */
function keyOf(secret: string): Buffer {
  return secret.startsWith('whsec_')
    ? Buffer.from(secret.slice('whsec_'.length), 'base64')
    : Buffer.from(secret, 'utf8')
}
