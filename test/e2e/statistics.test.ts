// Statistics of a real process that is killed in the middle of load: they equal a recount of what the API shows of history, also after
// replays and manual retries.
import type { Attempt, DeliverySummary, Statistics } from '@getsupervisor/agents-studio-sdk'
import { afterEach, expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { makeWorld, type World } from './world.ts'

let world: World
afterEach(() => world.end())

const EVENTS = 600
const KILLS = 2
const HOUR_MS = 3_600_000
const BATCH = 20
/** One attempt more after the first: some deliveries fail for good, and are sent again later. */
const SETTINGS = { TIMBRE_RETRY_SCHEDULE: '0,0.5', TIMBRE_RETRY_JITTER: '0' }
const STATUSES = [200, 200, 200, 204, 500, 503, 404]

/** What of a history is counted, as statistics have it. */
interface Recount {
  readonly attempts: number
  readonly succeeded: number
  readonly attemptsByOutcome: Readonly<Record<string, number>>
  readonly attemptsByStatus: Readonly<Record<string, number>>
  readonly latencies: number
}

async function publishThrough(count: number): Promise<void> {
  for (let from = 0; from < count; from += BATCH) {
    const events = Array.from({ length: BATCH }, (_, nth) => {
      return { type: 'call.completed', id: `evt_${from + nth}`, data: { call_id: `call-${from + nth}` } } as const
    })
    await until(
      () =>
        world.client.events.publishBatch(events, { timeoutMs: 2000 }).then(
          () => true,
          () => false,
        ),
      (isAccepted) => isAccepted,
      60_000,
    )
  }
}

async function listed(): Promise<DeliverySummary[]> {
  const all: DeliverySummary[] = []
  for await (const delivery of world.client.deliveries.list({ limit: 250 })) all.push(delivery)
  return all
}

/** Attempts by webhook. */
async function historyOf(deliveries: readonly DeliverySummary[]): Promise<ReadonlyMap<string, readonly Attempt[]>> {
  const history = new Map<string, Attempt[]>()
  for (const { webhookId, id } of deliveries) {
    const { data } = await world.client.webhooks.listAttempts(webhookId, id)
    history.set(webhookId, [...(history.get(webhookId) ?? []), ...data])
  }
  return history
}

function recount(attempts: readonly Attempt[]): Recount {
  const by = (nameOf: (attempt: Attempt) => string | number | null) => {
    const counts: Record<string, number> = {}
    for (const attempt of attempts) {
      const name = nameOf(attempt)
      if (name !== null) counts[name] = (counts[name] ?? 0) + 1
    }
    return counts
  }
  return {
    attempts: attempts.length,
    succeeded: attempts.filter(({ responseStatus: status }) => status === 200 || status === 204).length,
    attemptsByOutcome: by(({ outcome }) => outcome),
    attemptsByStatus: by(({ responseStatus }) => responseStatus),
    latencies: attempts.length,
  }
}

/** The same, of what was counted. */
function counted({ total }: Statistics): Recount {
  const { attempts, succeeded, attemptsByOutcome, attemptsByStatus, latency } = total
  return { attempts, succeeded, attemptsByOutcome, attemptsByStatus, latencies: latency.total?.count ?? 0 }
}

const allEnded = () =>
  until(
    () => listed(),
    (list) => list.length === 2 * EVENTS && list.every(({ status }) => status === 'success' || status === 'failed'),
    120_000,
  )

/** Statistics of each webhook and of the workspace, in every size of bucket, are what history says. */
async function expectRecounted(): Promise<{ readonly succeeded: number; readonly failed: number }> {
  const { data: webhooks } = await world.client.webhooks.list()
  const deliveries = await listed()
  const history = await historyOf(deliveries)
  for (const bucket of ['1m', '1h', '1d'] as const) {
    const range = bucket === '1m' ? { since: new Date(Date.now() - HOUR_MS).toISOString() } : {}
    expect(counted(await world.client.stats.get({ bucket, ...range }))).toEqual(recount([...history.values()].flat()))
    for (const { id } of webhooks)
      expect(counted(await world.client.webhooks.stats(id, { bucket, ...range }))).toEqual(
        recount(history.get(id) ?? []),
      )
  }
  for (const { id, successCount, failureCount } of webhooks) {
    const own = deliveries.filter(({ webhookId }) => webhookId === id)
    const ended = (status: string) => own.filter((each) => each.status === status).length
    expect([successCount, failureCount]).toEqual([ended('success'), ended('failed')])
  }
  const { total, backlog } = await world.client.stats.get({ bucket: '1h' })
  expect(backlog).toMatchObject({ pending: 0, oldestPendingAt: null, nextAttemptAt: null, drainSeconds: 0 })
  return { succeeded: total.deliveriesSucceeded, failed: total.deliveriesFailed }
}

test('a process that is killed in the middle of load, of retries and of a replay counts exactly what it keeps', async () => {
  let isMended = false
  let nth = 0
  world = await makeWorld(SETTINGS, () => ({
    status: isMended ? 200 : (STATUSES[nth++ % STATUSES.length] ?? 200),
    delayMs: 3,
  }))
  const { id } = await world.subscribe('/one')
  await world.subscribe('/two')
  const publishing = publishThrough(EVENTS)
  for (let kill = 1; kill <= KILLS; kill++) {
    await world.receiver.waitFor((EVENTS * kill) / KILLS, 60_000)
    await world.timbre.kill()
    await world.timbre.start()
  }
  await publishing
  const first = await allEnded()
  const failures = first.filter(({ status }) => status === 'failed')
  expect(failures.length).toBeGreaterThan(0)
  const before = await expectRecounted()
  expect(before).toEqual({ succeeded: first.length - failures.length, failed: failures.length })

  // What failed is sent again, by a replay that is killed too, and by hand.
  isMended = true
  const range = {
    since: new Date(Date.now() - HOUR_MS).toISOString(),
    until: new Date(Date.now() + HOUR_MS).toISOString(),
  }
  const count = world.receiver.count
  const replay = await world.client.webhooks.createReplay(id, { ...range, only: 'failed' })
  await world.receiver.waitFor(count + 1, 60_000)
  await world.timbre.kill()
  await world.timbre.start()
  const byHand = failures.filter(({ webhookId }) => webhookId !== id).slice(0, 5)
  for (const delivery of byHand) await world.client.webhooks.retryDelivery(delivery.webhookId, delivery.id)
  await until(
    () => world.client.webhooks.getReplay(id, replay.id),
    ({ status }) => status === 'finished',
    60_000,
  )
  const sentAgain = failures.filter(({ webhookId }) => webhookId === id).length + byHand.length
  await until(
    () => listed(),
    (list) => list.filter(({ status }) => status === 'failed').length === failures.length - sentAgain,
    60_000,
  )
  await allEnded()
  // A delivery that is sent again ends again.
  expect(await expectRecounted()).toEqual({ succeeded: before.succeeded + sentAgain, failed: before.failed })
}, 600_000)
