// Owns measuring what three nodes together allow a webhook: requests a second under its rate limit, and requests at the same
// time. Must never look into the nodes: only what the receiver sees counts.
import type { Cluster } from './cluster.ts'
import { NODES } from './cluster.ts'

export const LIMITED = '/limited'
export const CAPPED = '/capped'
export const RATE = 30
/** The default of TIMBRE_MAX_IN_FLIGHT_PER_WEBHOOK. */
export const IN_FLIGHT_MAX = 16

export interface LimitFigures {
  /** The most requests within any second, to the webhook with the rate limit. */
  readonly perSecondMax: number
  /** From its first request to its last. */
  readonly perSecondMean: number
  /** The most requests under way at once, to the webhook without. */
  readonly inFlightMax: number
}

const ANSWER_MS = 400

/** Publishes a burst over all nodes. Under it one node leaves and comes back, so that the others change their shares twice. */
export async function measureLimits(cluster: Cluster, events: number): Promise<LimitFigures> {
  const arrivals: number[] = []
  const arrived = new Set<string>()
  let inFlight = 0
  let inFlightMax = 0
  cluster.receiver.answer(async ({ path, headers, receivedAt }) => {
    arrived.add(`${path} ${headers['webhook-id']}`)
    if (path === LIMITED) {
      arrivals.push(receivedAt)
      return {}
    }
    inFlight++
    inFlightMax = Math.max(inFlightMax, inFlight)
    await new Promise((resolve) => setTimeout(resolve, ANSWER_MS))
    inFlight--
    return {}
  })
  await cluster.addWebhook(LIMITED, { rateLimitPerSecond: RATE })
  await cluster.addWebhook(CAPPED)
  const publishing = Array.from({ length: events }, (_, nth) =>
    cluster.client(nth % NODES).events.publish({ type: 'call.completed', data: { call_id: `limit-${nth}` } }),
  )
  await Promise.all(publishing)
  await cluster.receiver.waitFor(() => arrivals.length > events / 6, 60_000)
  await cluster.node(NODES - 1).stop()
  await cluster.node(NODES - 1).start()
  await cluster.receiver.waitFor(() => arrived.size === events * 2, 60_000)
  const spanS = ((arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0)) / 1000
  return { perSecondMax: mostWithin(1000, arrivals), perSecondMean: arrivals.length / spanS, inFlightMax }
}

/** @param times in order */
function mostWithin(ms: number, times: readonly number[]): number {
  let most = 0
  let start = 0
  for (const [end, time] of times.entries()) {
    while ((times[start] ?? time) <= time - ms) start++
    most = Math.max(most, end - start + 1)
  }
  return most
}
