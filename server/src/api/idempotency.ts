// Owns Idempotency-Key (CONTRACT §1): what a request claims, and how an answer is kept and given again.
// Must never keep an answer unsealed: it may hold a key or a secret that is shown once.
import { hash } from 'node:crypto'
import { Refusal } from '@timbre/contract/errors.ts'
import type { Clock } from '../platform/clock.ts'
import type { Vault } from '../platform/vault.ts'
import { AnswerExists } from '../storage/answer-exists.ts'
import type { IdempotencyClaim, SavedAnswer, Storage } from '../storage/storage.ts'

export const ANSWER_AGE_MS_MAX = 24 * 3600 * 1000
const KEY = /^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/

export interface KeyedRequest {
  readonly idempotencyKey: string | readonly string[] | undefined
  readonly method: string
  readonly path: string
  readonly workspaceId: string
  readonly bodyText: string
}

/** What a POST with the header claims; undefined without the header. Throws INVALID_IDEMPOTENCY_KEY. */
export function idempotencyClaim(request: KeyedRequest, now: number): IdempotencyClaim | undefined {
  const { idempotencyKey: key, method, path, workspaceId, bodyText } = request
  if (key === undefined || method !== 'POST') return undefined
  if (typeof key !== 'string' || !KEY.test(key)) throw new Refusal('INVALID_IDEMPOTENCY_KEY')
  const requestHash = hash('sha256', `${method}\n${path}\n${workspaceId}\n${bodyText}`, 'hex')
  return { workspaceId, key, requestHash, expiresAt: now + ANSWER_AGE_MS_MAX }
}

/** What goes into the transaction of a management change: the claim, with the answer that will have been given. */
export function claimWithAnswer(
  vault: Vault,
  claim: IdempotencyClaim,
  status: number,
  answer: unknown,
): IdempotencyClaim & { readonly answer: SavedAnswer } {
  return { ...claim, answer: { status, sealedBody: vault.seal(JSON.stringify(answer ?? null)) } }
}

/**
 * Runs a management POST once: an answer that is kept is given again, also when an equal request wins the race for the
 * key while this one is at work. `perform` saves its answer with its change (see `claimWithAnswer`).
 */
export async function performOnce<T>(
  { storage, vault, clock }: { storage: Pick<Storage, 'findAnswer'>; vault: Vault; clock: Clock },
  claim: IdempotencyClaim,
  perform: () => Promise<T>,
): Promise<{ readonly answer: T; readonly replayed: boolean }> {
  // An answer of this route was of this route's type when it was sealed: the request's hash holds method and path.
  const saved = async () => {
    const found = await storage.findAnswer(claim, clock.now())
    return found === undefined ? undefined : { answer: JSON.parse(vault.open(found.sealedBody)) as T, replayed: true }
  }
  const earlier = await saved()
  if (earlier !== undefined) return earlier
  try {
    return { answer: await perform(), replayed: false }
  } catch (error) {
    // A refusal may come from the equal request that was first: the second subscription, the workspace's last webhook.
    if (!(error instanceof AnswerExists || error instanceof Refusal)) throw error
    const winner = await saved()
    if (winner === undefined) throw error
    return winner
  }
}
