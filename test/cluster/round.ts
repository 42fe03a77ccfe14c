// Owns one round of a cluster test: three nodes under load, what a scenario does to them, and the account afterwards.
import { until } from '../support/until.ts'
import { Cluster, FREE, makeServer, ORDERED } from './cluster.ts'
import type { Duplicate } from './ledger.ts'
import { Load } from './load.ts'
import type { Scenario } from './scenarios.ts'

export interface RoundFigures {
  /** Events that got a 202; each is for two webhooks. */
  readonly accepted: number
  /** Deliveries of them that did not arrive. Must be 0. */
  readonly lost: number
  /** Requests that were answered with 200 although the same delivery had been before. */
  readonly duplicates: number
  /** Those of them that no fault of the node that sent first explains. Must be none. */
  readonly unexplained: readonly Duplicate[]
  /** Events that were sent before an earlier one of their call had arrived. Must be none. */
  readonly disorders: readonly string[]
  /** Deliveries with more than one recorded success, or not ended as a success. Must be 0. */
  readonly wronglyRecorded: number
  /** Results that came too late and changed nothing. */
  readonly fenced: number
  /** From the end of the load until everything had arrived and was recorded. */
  readonly completeAfterMs: number
}

const CALLS = 40
const PAUSE_MS = 80
const COMPLETE_MS_MAX = 90_000

export async function clusterRound(scenario: Scenario, random: () => number): Promise<RoundFigures> {
  const first = await makeServer()
  try {
    const cluster = await Cluster.start(first, { random })
    try {
      return await runUnderLoad(cluster, scenario, random)
    } finally {
      await cluster.destroy()
      if (cluster.server !== first) await cluster.server.remove()
    }
  } finally {
    await first.remove()
  }
}

/** Runs the scenario while the load runs, and settles the account. */
export async function runUnderLoad(cluster: Cluster, scenario: Scenario, random: () => number): Promise<RoundFigures> {
  await cluster.subscribe()
  const load = new Load(cluster, { random, calls: CALLS, pauseMs: PAUSE_MS })
  try {
    await scenario.run(cluster, random)
  } finally {
    await load.end()
  }
  return settle(cluster)
}

async function settle(cluster: Cluster): Promise<RoundFigures> {
  const { ledger } = cluster
  const endedAt = Date.now()
  const missing = async () => ledger.missing([ORDERED, FREE]).length
  const lost = await until(missing, (count) => count === 0, COMPLETE_MS_MAX).catch(missing)
  const unfinished = () => count(cluster, "SELECT count(*)::int AS count FROM deliveries WHERE status <> 'success'")
  const unended = await until(unfinished, (left) => left === 0, COMPLETE_MS_MAX).catch(unfinished)
  const completeAfterMs = Date.now() - endedAt
  const duplicates = ledger.duplicates()
  const unexplained = duplicates.filter(({ fault }) => fault === undefined)
  for (const { eventId } of unexplained.slice(0, 5)) await printAttempts(cluster, eventId)
  return {
    accepted: ledger.acknowledged,
    lost,
    duplicates: duplicates.length,
    unexplained,
    disorders: ledger.disorders,
    wronglyRecorded: unended + (await count(cluster, RECORDED_TWICE)),
    fenced: await cluster.metric('timbre_results_fenced_total'),
    completeAfterMs,
  }
}

const RECORDED_TWICE = `SELECT count(*)::int AS count FROM (
  SELECT 1 FROM attempts WHERE response_status = 200 GROUP BY workspace_id, delivery_id HAVING count(*) > 1) twice`

async function count(cluster: Cluster, sql: string): Promise<number> {
  return Number((await cluster.sql(sql))[0]?.['count'])
}

/** For the one who looks for the cause. */
async function printAttempts(cluster: Cluster, eventId: string): Promise<void> {
  const rows = await cluster.sql(
    `SELECT d.id, a.number, a.started_at, a.duration_ms, a.outcome, a.response_status, a.error FROM attempts a
    JOIN deliveries d ON d.workspace_id = a.workspace_id AND d.id = a.delivery_id WHERE d.event_id = $1 ORDER BY a.started_at`,
    [eventId],
  )
  console.log(`${eventId}: ${JSON.stringify(rows)}`)
}
