// Owns Idempotency-Key (CONTRACT §1): what a request claims, and how a response is kept and given again.
// Must never keep a key or a secret, nor anything else unsealed: what a response reveals, it reveals once (docs/decisions/0045).

import { hash } from 'node:crypto'
import { Refusal } from '@timbre/contract/errors.ts'
import { IDEMPOTENCY_KEY_PATTERN, type Route } from '@timbre/contract/routes.ts'
import type { Clock } from '../../platform/clock.ts'
import { parseJson } from '../../platform/json/parse-json.ts'
import { responsePlace, type Vault } from '../../platform/vault.ts'
import {
  type IdempotencyClaim,
  ResponseExists,
  type Storage,
  type StoredResponse,
  savedKey,
} from '../../storage/storage.ts'
import type { Caller } from '../auth/caller.ts'

export const RESPONSE_AGE_MS_MAX = 24 * 3600 * 1000
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
  return { workspaceId, credential: actor, key, requestHash, expiresAt: now + RESPONSE_AGE_MS_MAX }
}

/**
 * What goes into the transaction of a management change: the claim, with the response that will have been given, but for what
 * it reveals.
 */
export function claimWithResponse(
  vault: Vault,
  claim: IdempotencyClaim,
  { status, reveals = [] }: Pick<Route, 'status' | 'reveals'>,
  response: unknown,
): IdempotencyClaim & { readonly response: StoredResponse } {
  const place = responsePlace({ ...claim, rowKey: savedKey(claim) })
  return {
    ...claim,
    response: { status, sealedBody: vault.seal(JSON.stringify(without(response ?? null, reveals)), place) },
  }
}

/**
 * Runs a management POST once: a response that is kept is given again, also when an equal request wins the race for the
 * key while this one is at work. `perform` saves its response with its change (see `claimWithResponse`).
 */
export async function performOnce<T>(
  { storage, vault, clock }: { storage: Pick<Storage, 'findResponse'>; vault: Vault; clock: Clock },
  claim: IdempotencyClaim,
  { reveals = [] }: Pick<Route, 'reveals'>,
  perform: () => Promise<T>,
): Promise<{ readonly response: T; readonly replayed: boolean }> {
  // A response of this route was of this route's type when it was sealed: the request's hash holds method and path.
  const saved = async () => {
    const found = await storage.findResponse(claim, clock.now())
    if (found === undefined) return undefined
    // The version before kept what its responses revealed; it is not shown again either.
    const text = vault.open(found.sealedBody, responsePlace({ ...claim, rowKey: found.rowKey }))
    return { response: without(parseJson(text), reveals) as T, replayed: true }
  }
  const earlier = await saved()
  if (earlier !== undefined) return earlier
  try {
    return { response: await perform(), replayed: false }
  } catch (error) {
    // A refusal may come from the equal request that was first: the second subscription, the workspace's last webhook.
    if (!(error instanceof ResponseExists || error instanceof Refusal)) throw error
    const winner = await saved()
    if (winner === undefined) throw error
    return winner
  }
}

function without(response: unknown, members: readonly string[]): unknown {
  if (members.length === 0 || typeof response !== 'object' || response === null) return response
  return Object.fromEntries(Object.entries(response).filter(([name]) => !members.includes(name)))
}
