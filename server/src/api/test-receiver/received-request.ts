// Owns how a request that a test receiver got is shown: as it came, and whether its signature is right.
// Must never show a secret: a request is verified here, and what is wrong with one is found by whoever has the secret (`diagnose`).
import { createHmac, timingSafeEqual } from 'node:crypto'
import { SUPERVISOR_SIGNATURE, supervisorKey, supervisorSignature } from '@timbre/contract/signature.ts'
import type { ReceivedRequest } from '@timbre/contract/test-receiver.ts'
import type { Clock } from '../../platform/clock.ts'
import { type Vault, webhookPlace } from '../../platform/vault.ts'
import type { Storage, WebhookRow } from '../../storage/storage.ts'
import { isoTime } from '../present/iso-time.ts'
import type { KeptRequest, Receiver } from './test-receivers.ts'

export interface SecretsDependencies {
  readonly storage: Pick<Storage, 'listWebhooks'>
  readonly vault: Pick<Vault, 'open'>
  readonly clock: Clock
}

export const TEST_RECEIVER_PATH = '/receiver'
const WEBHOOKS_AT_ONCE = 100

export function presentRequest(request: KeptRequest, secrets: readonly string[]): ReceivedRequest {
  const { id, receivedAt, method, headers, body, responseStatus } = request
  const verified = body === null || secrets.length === 0 ? null : isSigned(headers[SUPERVISOR_SIGNATURE], body, secrets)
  const text = body === null ? null : body.toString('utf8')
  return { id, receivedAt: isoTime(receivedAt), method, headers: { ...headers }, body: text, responseStatus, verified }
}

function isSigned(signature: string | undefined, body: Buffer, secrets: readonly string[]): boolean {
  const given = Buffer.from(signature ?? '')
  return secrets.some((secret) => {
    const digest = createHmac('sha256', supervisorKey(secret)).update(body).digest('hex')
    const expected = Buffer.from(supervisorSignature(digest))
    return given.length === expected.length && timingSafeEqual(given, expected)
  })
}

/** Of the webhooks of the workspace that send to the receiver. */
export async function secretsAt(of: SecretsDependencies, { workspaceId, token }: Receiver): Promise<string[]> {
  const secrets: string[] = []
  for (let page = 1; ; page++) {
    const { rows } = await of.storage.listWebhooks(workspaceId, { page, limit: WEBHOOKS_AT_ONCE })
    for (const row of rows) if (sendsTo(row, token)) secrets.push(...secretsOf(of, row))
    if (rows.length < WEBHOOKS_AT_ONCE) return secrets
  }
}

/** By the path: the installation may be known by several names. */
function sendsTo({ url }: { readonly url: string | null }, token: string): boolean {
  return url !== null && URL.parse(url)?.pathname === `${TEST_RECEIVER_PATH}/${token}`
}

function secretsOf({ vault, clock }: SecretsDependencies, row: WebhookRow): string[] {
  const previous = row.previousSecrets.filter(({ expiresAt }) => expiresAt > clock.now())
  return [
    vault.open(row.sealedSecret, webhookPlace('secret', row)),
    ...previous.map(({ sealed }) => vault.open(sealed, webhookPlace('previous_secret', row))),
  ]
}
