// Owns what happens at /v1/webhooks/{id}/pull: a consumer leases deliveries, says what became of them, keeps them for longer.
// Must never answer for a webhook of kind `push`, whose deliveries are this service's own to send.
import { hash } from 'node:crypto'
import { Refusal } from '@timbre/contract/errors.ts'
import { LEASE_SECONDS_DEFAULT, PULL_MAX_DEFAULT } from '@timbre/contract/pull.ts'
import type { RequestKey } from '../../engine/engine.ts'
import { type IdempotencyClaim, type PullKey, savedKey } from '../../storage/storage.ts'
import type { Api } from '../api.ts'
import { isoTime } from '../present/iso-time.ts'
import { knownId } from '../validation/known-id.ts'
import type { Call, Handlers } from './call.ts'
import { findWebhook } from './find-webhook.ts'
import { keptResponse } from './kept-response.ts'

type PullRoutes = 'pullDeliveries' | 'recordPullResults' | 'extendPullLease'

export function pullHandlers(api: Api): Pick<Handlers, PullRoutes> {
  return {
    pullDeliveries: (call) => pullDeliveries(api, call),
    async recordPullResults(call) {
      const key = await pullKey(api, call)
      const results = call.body.map(({ deliveryId, durationMs, body, ...same }) => ({
        ...same,
        deliveryId: knownId('delivery', deliveryId),
        durationMs,
        body: body ?? null,
      }))
      const ends = await api.engine.pulls.record(key, results, call.remoteAddress)
      const data = results.map(({ deliveryId }, nth) => {
        const reason = ends[nth] ?? null
        return { deliveryId, counted: reason === null, reason }
      })
      return keptResponse(api, call, { data })
    },
    async extendPullLease(call) {
      const key = await pullKey(api, call)
      const { leaseToken, leaseSeconds } = call.body
      const deliveryId = knownId('delivery', call.body.deliveryId)
      const leaseUntil = await api.engine.pulls.extend(key, deliveryId, leaseToken, leaseSeconds * 1000)
      return keptResponse(api, call, { deliveryId, leaseUntil: isoTime(leaseUntil) })
    },
  }
}

/**
 * A repeated request is given again what it was given before, for as long as that is leased. So no body of an event is kept with a
 * response, where an erasure would not find it.
 */
async function pullDeliveries(api: Api, call: Call<'pullDeliveries'>) {
  const { max = PULL_MAX_DEFAULT, waitSeconds = 0, leaseSeconds = LEASE_SECONDS_DEFAULT } = call.body
  const { idempotency, remoteAddress, onGone } = call
  const { given, isRepeated } = await api.engine.pulls.pull({
    ...(await pullKey(api, call)),
    max,
    waitMs: waitSeconds * 1000,
    leaseMs: leaseSeconds * 1000,
    remoteAddress,
    requestKey: idempotency === undefined ? null : requestKey(idempotency),
    onGone,
  })
  if (isRepeated) call.replayed()
  return { data: given.map(({ leaseUntil, ...same }) => ({ ...same, leaseUntil: isoTime(leaseUntil) })) }
}

function requestKey(claim: IdempotencyClaim): RequestKey {
  return { key: hash('sha256', savedKey(claim), 'hex'), request: claim.requestHash }
}

/** Throws WEBHOOK_NOT_FOUND, WEBHOOK_IS_PUSH. */
async function pullKey(api: Api, call: Call<PullRoutes>): Promise<PullKey> {
  const { id, workspaceId, kind } = await findWebhook(api, call.caller, call.params.webhookId)
  if (kind !== 'pull') throw new Refusal('WEBHOOK_IS_PUSH', { id })
  return { workspaceId, webhookId: id }
}
