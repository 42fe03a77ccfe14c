// Owns Idempotency-Key (CONTRACT §1): what a request claims, and how an answer is kept and given again.
// Must never keep a key or a secret, nor anything else unsealed: what an answer reveals, it reveals once (docs/decisions/0045).

import { hash } from 'node:crypto'
import { Refusal } from '@timbre/contract/errors.ts'
import { IDEMPOTENCY_KEY_PATTERN, type Route } from '@timbre/contract/routes.ts'
import type { Clock } from '../../platform/clock.ts'
import { parseJson } from '../../platform/json/parse-json.ts'
import { answerPlace, type Vault } from '../../platform/vault.ts'
import { AnswerExists, type IdempotencyClaim, type SavedAnswer, type Storage, savedKey } from '../../storage/storage.ts'
import type { Caller } from '../auth/caller.ts'

export const ANSWER_AGE_MS_MAX = 24 * 3600 * 1000
const KEY = new RegExp(IDEMPOTENCY_KEY_PATTERN)

export interface KeyedRequest {
  readonly idempotencyKey: string | readonly string[] | undefined
  readonly method: string
  readonly path: string
  readonly caller: Pick<Caller, 'actor' | 'workspaceId'>
  readonly bodyText: string
}

/** What a POST with the header claims; undefined without the header. Throws INVALID_IDEMPOTENCY_KEY. */
export function idempotencyClaim(request: KeyedRequest, now: number): IdempotencyClaim | undefined {
  const { idempotencyKey: key, method, path, bodyText } = request
  const { workspaceId, actor } = request.caller
  if (key === undefined || method !== 'POST') return undefined
  if (typeof key !== 'string' || !KEY.test(key)) throw new Refusal('INVALID_IDEMPOTENCY_KEY')
  const requestHash = hash('sha256', `${method}\n${path}\n${workspaceId}\n${bodyText}`, 'hex')
  return { workspaceId, credential: actor, key, requestHash, expiresAt: now + ANSWER_AGE_MS_MAX }
}

/**
 * What goes into the transaction of a management change: the claim, with the answer that will have been given, but for what
 * it reveals.
 */
export function claimWithAnswer(
  vault: Vault,
  claim: IdempotencyClaim,
  { status, reveals = [] }: Pick<Route, 'status' | 'reveals'>,
  answer: unknown,
): IdempotencyClaim & { readonly answer: SavedAnswer } {
  const place = answerPlace({ ...claim, rowKey: savedKey(claim) })
  return {
    ...claim,
    answer: { status, sealedBody: vault.seal(JSON.stringify(without(answer ?? null, reveals)), place) },
  }
}

/**
 * Runs a management POST once: an answer that is kept is given again, also when an equal request wins the race for the
 * key while this one is at work. `perform` saves its answer with its change (see `claimWithAnswer`).
 */
export async function performOnce<T>(
  { storage, vault, clock }: { storage: Pick<Storage, 'findAnswer'>; vault: Vault; clock: Clock },
  claim: IdempotencyClaim,
  { reveals = [] }: Pick<Route, 'reveals'>,
  perform: () => Promise<T>,
): Promise<{ readonly answer: T; readonly replayed: boolean }> {
  // An answer of this route was of this route's type when it was sealed: the request's hash holds method and path.
  const saved = async () => {
    const found = await storage.findAnswer(claim, clock.now())
    if (found === undefined) return undefined
    // The version before kept what its answers revealed; it is not shown again either.
    const text = vault.open(found.sealedBody, answerPlace({ ...claim, rowKey: found.rowKey }))
    return { answer: without(parseJson(text), reveals) as T, replayed: true }
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

function without(answer: unknown, members: readonly string[]): unknown {
  if (members.length === 0 || typeof answer !== 'object' || answer === null) return answer
  return Object.fromEntries(Object.entries(answer).filter(([name]) => !members.includes(name)))
}
