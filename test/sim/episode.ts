// Owns one run from one seed: faults first, then none, and at the end everything must have ended.
import { checkEnd } from './checks/check-end.ts'
import { Model } from './model.ts'
import { Prng } from './prng.ts'
import { Workload } from './workload.ts'
import { World } from './world.ts'

export interface EpisodeOptions {
  readonly seed: string
  readonly steps: number
  readonly onLine?: ((line: string) => void) | undefined
}

export interface EpisodeResult {
  readonly seed: string
  /** What was broken, in one sentence; undefined: nothing. */
  readonly violation: string | undefined
  readonly lastLines: readonly string[]
  /** Over everything that happened: two runs of one seed have the same. */
  readonly hash: string
  readonly stepsAsked: number
  /** Fewer than were asked for when something was broken. */
  readonly steps: number
  readonly events: number
  readonly requests: number
  readonly crashes: number
  readonly simulatedHours: number
}

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
/** Longer than the longest lease, and than the backlog of a webhook with one a second. */
const PROGRESS_MS_MAX = 2 * HOUR_MS
const RETRY_AFTER_MS_MAX = 10 * HOUR_MS

export async function runEpisode({ seed, steps, onLine }: EpisodeOptions): Promise<EpisodeResult> {
  const world = new World({ seed, onLine })
  const model = new Model()
  const workload = new Workload(world, model, new Prng(`${seed} workload`))
  await world.start()
  try {
    await workload.begin()
    const made = await runFaults(world, workload, steps)
    if (world.trace.violation === undefined) await runToTheEnd(world, workload)
    if (world.trace.violation === undefined) checkEnd(world.ledger, model)
    if (world.trace.violation === undefined) world.trackedCalls.checkEnd()
    if (world.trace.violation === undefined) await checkLeaks(world, workload)
    return { ...resultOf(seed, world, model, made), stepsAsked: steps }
  } finally {
    await world.database.stop()
  }
}

function resultOf(seed: string, world: World, model: Model, steps: number): Omit<EpisodeResult, 'stepsAsked'> {
  const { trace, network, crashes, clock } = world
  return {
    seed,
    steps,
    crashes,
    violation: trace.violation,
    lastLines: [...trace.lastLines],
    hash: trace.digest(),
    events: model.published.length,
    requests: network.sent,
    simulatedHours: clock.monotonic() / HOUR_MS,
  }
}

/** Safety: everything may go wrong, and nothing may be broken. */
async function runFaults(world: World, workload: Workload, steps: number): Promise<number> {
  const isOver = () => world.trace.violation !== undefined
  for (let step = 1; step <= steps; step++) {
    await world.clock.advance(workload.step(), isOver)
    if (isOver()) return step
  }
  return steps
}

/** Liveness: nothing goes wrong any more, and everything must end. */
async function runToTheEnd(world: World, workload: Workload): Promise<void> {
  const { clock, trace, database, network, swarm } = world
  trace.add('the faults stop')
  database.hasFaults = false
  network.calm()
  const isOver = () => trace.violation !== undefined
  await clock.advance(25 * MINUTE_MS, () => isOver() || world.process !== undefined)
  if (world.process === undefined) {
    trace.violate('the process does not start again')
    return
  }
  world.process.life.crashAfter(Number.POSITIVE_INFINITY)
  await workload.endCalls(isOver)
  workload.recover()
  const scheduleMs = swarm.scheduleSeconds.reduce((sum, delayS) => sum + delayS * 1000 * (1 + swarm.jitter), 0)
  // Twice: what is announced has a schedule of its own. It is announced when a delivery is exhausted, or when a webhook has
  // failed for long enough, of which the last delivery may be the beginning.
  const limitMs = 2 * scheduleMs + swarm.disableAfterMs + clock.jumpedBackMs + RETRY_AFTER_MS_MAX + HOUR_MS
  const begunAt = clock.monotonic()
  const until = begunAt + limitMs
  // At least the longest lease, so that what was lost with a result comes back.
  await clock.advance(MINUTE_MS, isOver)
  const { process } = world
  const hasEnded = () => unfinished(world) === 0 && replaying(world) === 0 && workload.unanswered(process).length === 0
  while (!isOver() && clock.monotonic() < until && !hasEnded()) {
    await clock.advance(MINUTE_MS, isOver)
    if (clock.monotonic() > begunAt + PROGRESS_MS_MAX) checkProgress(world)
  }
  if (unfinished(world) > 0) {
    const [example] = database.rows<{ id: string; status: string; trigger: string }>(EXAMPLE)
    const { id, status, trigger } = example ?? {}
    const what = `${unfinished(world)} deliveries, among them ${id} (${trigger}, ${status}),`
    trace.violate(`${what} had not ended ${Math.round(limitMs / MINUTE_MS)} minutes after the faults`)
  }
  // Housekeeping has its turn, and the last records are written.
  await clock.advance(MINUTE_MS, isOver)
}

/** Due, or under a lease that has run out, for so long that nobody will come for it any more. */
function checkProgress({ database, clock, trace }: World): void {
  const before = clock.now() - PROGRESS_MS_MAX
  const [row] = database.rows<{ id: string; status: string }>(FORGOTTEN, before, before)
  if (row !== undefined) trace.violate(`${row.id} is forgotten: it is ${row.status} and was due two hours ago`)
}

/** What consumers fetch may wait behind the leases of those that have died, and those last as long as the wall says. */
const FORGOTTEN = `
SELECT d.id, d.status FROM deliveries d JOIN webhooks w ON w.id = d.webhook_id
WHERE (d.status = 'sending' AND d.lease_until < ?)
  OR (d.status = 'queued' AND d.next_attempt_at < ? AND w.kind = 'push' AND w.is_active = 1 AND w.deleted_at IS NULL) LIMIT 1`

const UNFINISHED = `
SELECT count(*) AS count FROM deliveries d JOIN webhooks w ON w.id = d.webhook_id
WHERE d.status IN ('queued', 'sending') AND NOT (d.status = 'queued' AND w.is_active = 0 AND w.deleted_at IS NULL)`

const EXAMPLE = `
SELECT d.id, d.status, d."trigger" FROM deliveries d JOIN webhooks w ON w.id = d.webhook_id
WHERE d.status IN ('queued', 'sending') AND NOT (d.status = 'queued' AND w.is_active = 0 AND w.deleted_at IS NULL) LIMIT 1`

function unfinished({ database }: World): number {
  return database.rows<{ count: number }>(UNFINISHED)[0]?.count ?? 0
}

const REPLAYING = `
SELECT count(*) AS count FROM replays r JOIN webhooks w ON w.id = r.webhook_id
WHERE r.status = 'running' AND (w.is_active = 1 OR w.deleted_at IS NOT NULL)`

function replaying({ database }: World): number {
  return database.rows<{ count: number }>(REPLAYING)[0]?.count ?? 0
}

/** The loops sleep, one timer each; everything else is free. A clean stop leaves nothing. */
async function checkLeaks(world: World, workload: Workload): Promise<void> {
  const { process, trace, clock } = world
  if (process === undefined) {
    trace.violate('the process ended without a fault')
    return
  }
  for (const what of workload.unanswered(process)) trace.violate(`"${what}" was never answered`)
  const { inFlight, waiting } = process.gauges()
  if (inFlight > 0) trace.violate(`${inFlight} slots are taken although nothing is in flight`)
  if (waiting > 0) trace.violate(`${waiting} deliveries wait in memory although all have ended`)
  const timers = process.life.pendingTimers
  if (timers > world.idleTimers) trace.violate(`${timers} timers run, not the ${world.idleTimers} of the loops`)
  let isStopped = false
  void world.stopped(process).then(() => {
    isStopped = true
  })
  await clock.advance(MINUTE_MS, () => isStopped)
  if (!isStopped) trace.violate('the engine does not stop')
  if (process.life.pendingTimers > 0) trace.violate(`${process.life.pendingTimers} timers were left by the last stop`)
}
