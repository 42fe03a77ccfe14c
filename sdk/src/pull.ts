// Owns `client.webhooks.pull`: the loop of a consumer. It leases, gives one delivery after another, and says what became of each.
// Must never acknowledge what the loop's body has not ended with, nor keep what it will not hand out.
import { HeldLeases } from './held-leases.ts'
import type { Http } from './http.ts'
import { path } from './path.ts'
import type { PulledItem } from './pulled-item.ts'
import type { PulledDelivery } from './resources.generated.ts'
import { isTransient, reconnectDelayMs } from './retry.ts'
import { newUuid, now, random, sleep } from './runtime.ts'

export interface PullOptions {
  /** Deliveries that are leased at once, 1 to 100; default 10. They are handed out one after another. */
  readonly max?: number
  /** How long a delivery stays this consumer's when nothing is heard of it, 5 to 3600; default 60. Leases are extended by themselves. */
  readonly leaseSeconds?: number
  /** Ends the loop: what is being worked on is finished and acknowledged, the rest is released. */
  readonly signal?: AbortSignal
}

const MAX_DEFAULT = 10
const LEASE_SECONDS_DEFAULT = 60
const WAIT_SECONDS = 20
/** Beyond the time that the service waits. */
const ANSWER_MS_MAX = 15_000

/** See `Webhooks.pull`. */
export async function* pull(
  http: Http,
  webhookId: string,
  options: PullOptions = {},
): AsyncGenerator<PulledItem, void, undefined> {
  const { max = MAX_DEFAULT, leaseSeconds = LEASE_SECONDS_DEFAULT, signal } = options
  const at = path`/webhooks/${webhookId}/pull`
  const leases = new HeldLeases(http, at, leaseSeconds)
  try {
    while (signal?.aborted !== true) {
      const deliveries = await nextDeliveries(http, at, { max, leaseSeconds }, signal)
      const items = deliveries.map((delivery) => leases.hold(delivery))
      for (const item of items) {
        if (signal?.aborted) break
        leases.begin(item)
        yield item
        item.ack()
      }
      await leases.told()
    }
  } finally {
    await leases.end()
  }
}

/**
 * Waits for some, and goes on where the service cannot be reached for a while. The same request is repeated under the same key, so
 * that what was leased is not lost with its answer.
 */
async function nextDeliveries(
  http: Http,
  at: string,
  wanted: { readonly max: number; readonly leaseSeconds: number },
  signal: AbortSignal | undefined,
): Promise<readonly PulledDelivery[]> {
  const call = { method: 'POST', path: at, body: { ...wanted, waitSeconds: WAIT_SECONDS } } as const
  const more = { timeoutMs: WAIT_SECONDS * 1000 + ANSWER_MS_MAX, ...(signal === undefined ? {} : { signal }) }
  let idempotencyKey = newUuid()
  let keyedAt = now()
  for (let failures = 0; ; ) {
    try {
      const { data } = await http.request<{ readonly data: readonly PulledDelivery[] }>(call, {
        ...more,
        idempotencyKey,
      })
      return data
    } catch (error) {
      if (signal?.aborted) return []
      if (!isTransient(error)) throw error
      await sleep(reconnectDelayMs(++failures, random()), signal).catch(() => {})
      if (signal?.aborted) return []
      // What was leased under an older key has come to its end.
      if (now() - keyedAt > wanted.leaseSeconds * 1000) {
        idempotencyKey = newUuid()
        keyedAt = now()
      }
    }
  }
}
