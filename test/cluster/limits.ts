// Owns measuring what three nodes together allow a webhook: requests a second under its rate limit, and requests at the same
// time. Must never look into the nodes: only what the receiver sees counts.

import { until } from '../support/until.ts'
import type { Cluster } from './cluster.ts'
import { NODES } from './cluster.ts'

export const LIMITED = '/limited'
export const CAPPED = '/capped'
export const RATE = 30
/** The default of TIMBRE_MAX_IN_FLIGHT_PER_WEBHOOK. */
export const IN_FLIGHT_MAX = 16

export interface LimitFigures {
  /** The most requests of one second, to the webhook with the rate limit: by the time that is signed, since a busy machine may deliver together. */
  readonly perSecondMax: number
  /** The most requests under way at once, to the webhook without. */
  readonly inFlightMax: number
}

const ANSWER_MS = 400
/** So many at once have to be seen before any is answered. */
const SEEN_AT_ONCE = IN_FLIGHT_MAX / 2 + 1

/** Publishes a burst over all nodes. Under it one node leaves and comes back, so that the others change their shares twice. */
export async function measureLimits(cluster: Cluster, events: number): Promise<LimitFigures> {
  const signed: number[] = []
  const arrived = new Set<string>()
  let inFlight = 0
  let inFlightMax = 0
  cluster.receiver.answer(async ({ path, headers }) => {
    arrived.add(`${path} ${headers['webhook-id']}`)
    if (path === LIMITED) {
      signed.push(Number(headers['webhook-timestamp']))
      return {}
    }
    inFlight++
    inFlightMax = Math.max(inFlightMax, inFlight)
    await new Promise((resolve) => setTimeout(resolve, ANSWER_MS))
    await until(
      async () => inFlightMax,
      (most) => most >= SEEN_AT_ONCE,
    )
    inFlight--
    return {}
  })
  await cluster.addWebhook(LIMITED, { rateLimitPerSecond: RATE })
  await cluster.addWebhook(CAPPED)
  const burst = Array.from({ length: events }, (_, nth) => ({
    type: 'call.completed',
    data: { call_id: `limit-${nth}` },
  }))
  const parts = Array.from({ length: NODES }, (_, node) => burst.filter((_, nth) => nth % NODES === node))
  // A batch is one request: admission refuses none of the burst, however busy the machine is.
  await Promise.all(parts.map((part, node) => cluster.client(node).events.publishBatch(part)))
  await cluster.receiver.waitFor(() => signed.length > events / 6, 60_000)
  await cluster.node(NODES - 1).stop()
  await cluster.node(NODES - 1).start()
  await cluster.receiver.waitFor(() => arrived.size === events * 2, 60_000)
  const ofEachSecond = Map.groupBy(signed, (second) => second)
  return { perSecondMax: Math.max(...[...ofEachSecond.values()].map(({ length }) => length)), inFlightMax }
}
