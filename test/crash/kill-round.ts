// Owns one round of the crash test: a real process on a real file under load, killed with SIGKILL at a random moment and
// started again; then every event that was acknowledged is accounted for.
import { makeCertificates } from '../support/certificates.ts'
import { Receiver } from '../support/receiver.ts'
import { TimbreProcess } from '../support/timbre-process.ts'
import { until } from '../support/until.ts'

export interface RoundFigures {
  /** Events that got a 202, over all kills of the round. */
  readonly accepted: number
  /** Acknowledged events that did not arrive. Must be 0. */
  readonly lost: number
  /** Requests that were answered with 200 although the same event had been before: sent, but not yet recorded when it was killed. */
  readonly duplicates: number
  readonly kills: number
}

export interface RoundOptions {
  /** How often the process is killed and started again within the round. */
  readonly kills: number
  /** From 0 up to 1; decides when it is killed. */
  readonly random: () => number
}

const PUBLISHERS = 20
const KILL_MS_MAX = 700
const certificates = await makeCertificates()

/** @returns the figures of one round, on a new data directory that is removed afterwards */
export async function killRound({ kills, random }: RoundOptions): Promise<RoundFigures> {
  // Some answers fail and some are slow, so that the kill also meets retries and full lanes.
  const successes = new Map<string, number>()
  const receiver = await new Receiver({
    certificates,
    script: ({ headers }) => {
      if (random() < 0.1) return { status: 503 }
      const id = String(headers['webhook-id'])
      successes.set(id, (successes.get(id) ?? 0) + 1)
      return { delayMs: random() < 0.1 ? 50 : 0 }
    },
  }).start()
  const timbre = new TimbreProcess({
    ca: certificates.ca,
    settings: { TIMBRE_RETRY_SCHEDULE: `0${',0.2'.repeat(50)}` },
  })
  const acknowledged = new Set<string>()
  try {
    await timbre.start()
    const webhook = await timbre.client().webhooks.create({ url: receiver.url('/hook') })
    await timbre.client().webhooks.createSubscription(webhook.id, { eventKey: 'call.completed' })
    for (let kill = 0; kill < kills; kill++) {
      await publishUntilKilled(timbre, acknowledged, 50 + random() * KILL_MS_MAX)
      await timbre.start()
    }
    const lost = await waitForAll(successes, acknowledged)
    const duplicates = [...successes.values()].reduce((sum, count) => sum + count - 1, 0)
    return { accepted: acknowledged.size, lost, duplicates, kills }
  } finally {
    await timbre.destroy()
    await receiver.stop()
  }
}

async function publishUntilKilled(
  timbre: TimbreProcess,
  acknowledged: Set<string>,
  killAfterMs: number,
): Promise<void> {
  const client = timbre.client()
  let isKilled = false
  const publisher = async (nth: number) => {
    while (!isKilled) {
      const events = Array.from(
        { length: 1 + (nth % 3) },
        (_, index) => ({ type: 'call.completed', data: { call_id: `c-${nth}-${index}` } }) as const,
      )
      const accepted = await client.events.publishBatch(events, { timeoutMs: 1000 }).catch(() => [])
      for (const { id } of accepted) acknowledged.add(id)
    }
  }
  const all = Promise.all(Array.from({ length: PUBLISHERS }, (_, nth) => publisher(nth)))
  await new Promise((resolve) => setTimeout(resolve, killAfterMs))
  await timbre.kill()
  isKilled = true
  await all
}

/** Waits until every acknowledged event was answered with 200; after a minute without it, how many were not. */
async function waitForAll(successes: ReadonlyMap<string, number>, acknowledged: ReadonlySet<string>): Promise<number> {
  const missing = async () => [...acknowledged].filter((id) => !successes.has(id)).length
  return until(missing, (count) => count === 0, 60_000).catch(missing)
}
