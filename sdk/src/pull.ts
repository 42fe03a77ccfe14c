// Owns `client.webhooks.pull`: the loop of a consumer. It leases, gives one delivery after another, and says what became of each.
// Must never acknowledge what the loop's body has not ended with, keep what it will not hand out, nor hand out what it does not hold.
import { checkedNumber } from './checked-number.ts'
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
  /** How long one request waits where nothing is due, 1 to 30; default 20. In 15 s more its response must be there. */
  readonly waitSeconds?: number
  /** Ends the loop: what is being worked on is finished and acknowledged, the rest is released. */
  readonly signal?: AbortSignal
}

const MAX_DEFAULT = 10
const LEASE_SECONDS_DEFAULT = 60
const WAIT_SECONDS_DEFAULT = 20
const WAIT_SECONDS_MAX = 30
/** Beyond the time that the service waits. */
const RESPONSE_MS_MAX = 15_000

interface Asked {
  readonly deliveries: readonly PulledDelivery[]
  /** When this request was made first, in milliseconds since 1970: no lease of it began earlier. */
  readonly askedAt: number
}

const NOTHING: Asked = { deliveries: [], askedAt: 0 }

/** See `Webhooks.pull`. */
export async function* pull(
  http: Http,
  webhookId: string,
  options: PullOptions = {},
): AsyncGenerator<PulledItem, void, undefined> {
  const { max = MAX_DEFAULT, leaseSeconds = LEASE_SECONDS_DEFAULT, signal } = options
  const waitSeconds = checkedNumber('waitSeconds', options.waitSeconds, {
    default: WAIT_SECONDS_DEFAULT,
    min: 1,
    max: WAIT_SECONDS_MAX,
  })
  const at = path`/webhooks/${webhookId}/pull`
  const leases = new HeldLeases(http, at, leaseSeconds)
  try {
    while (signal?.aborted !== true) {
      const { deliveries, askedAt } = await nextDeliveries(http, at, { max, leaseSeconds, waitSeconds }, signal)
      const items = deliveries.map((delivery) => leases.hold(delivery, askedAt))
      for (const item of items) {
        if (signal?.aborted) break
        if (!(await leases.begin(item))) continue
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
 * that what was leased is not lost with its response.
 */
async function nextDeliveries(
  http: Http,
  at: string,
  wanted: { readonly max: number; readonly leaseSeconds: number; readonly waitSeconds: number },
  signal: AbortSignal | undefined,
): Promise<Asked> {
  const call = { method: 'POST', path: at, body: wanted } as const
  const more = { timeoutMs: wanted.waitSeconds * 1000 + RESPONSE_MS_MAX, ...(signal === undefined ? {} : { signal }) }
  let idempotencyKey = newUuid()
  let keyedAt = now()
  for (let failures = 0; ; ) {
    try {
      const { data } = await http.request<{ readonly data: readonly PulledDelivery[] }>(call, {
        ...more,
        idempotencyKey,
      })
      return { deliveries: data, askedAt: keyedAt }
    } catch (error) {
      if (signal?.aborted) return NOTHING
      if (!isTransient(error)) throw error
      await sleep(reconnectDelayMs(++failures, random()), signal).catch(() => {})
      if (signal?.aborted) return NOTHING
      // What was leased under an older key has come to its end.
      if (now() - keyedAt > wanted.leaseSeconds * 1000) {
        idempotencyKey = newUuid()
        keyedAt = now()
      }
    }
  }
}
