// Owns the numbers of an attack (DESIGN §4a and §7): the longest stall of the event loop, the most memory, and what an honest
// tenant's events take from publish to receiver, beside the same without the attack, in windows that take turns. Each attack has a
// server of its own and comes from a process of its own. Load goes to 127.0.0.1 only, and is bounded in time.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TimbreProcess } from '../test/support/timbre-process.ts'
import { ATTACKS, type AttackerOrder, type AttackName } from './load/attacks/attack.ts'
import { Child } from './load/child.ts'
import { monotonicMs } from './load/monotonic.ts'
import type { LoadResult, PublishTarget } from './load/orders.ts'
import { BODY_BYTES } from './load/payload.ts'
import { makeWebhooks, Rig, type Seconds } from './load/rig.ts'
import { LOOP_PROBE_ARGUMENTS, STALLS_FILE_VARIABLE, Stalls } from './load/stalls.ts'
import { type BenchOptions, type Measurement, median, percentile } from './measurement.ts'
import { runAlone } from './run-alone.ts'
import { residentMiB } from './server-counts.ts'

const WEBHOOKS = 10
const PER_SECOND = 200
const SAMPLE_EVERY_MS = 100
const MEMORY_MIB_MAX = 450
const STALL_MS_MAX = 50
/** Only beside another tenant's receivers is nothing but isolation between the two figures: the others take CPU by themselves. */
const RATIO_MAX: Partial<Record<AttackName, number>> = { 'hanging receivers': 1.25 }
/** For each round; of some hundred events a p99 is what one moment of the machine makes it. */
const TURNS_FOR_A_RATIO = 4

/** A server with the honest tenant's webhooks. */
interface Served {
  readonly timbre: TimbreProcess
  readonly target: PublishTarget
  readonly stalls: Stalls
}

interface Window {
  readonly p99Ms: number
  readonly stallMs: number
  readonly memoryMiB: number
  /** Honest publishes that were not answered with 202. */
  readonly refused: number
  /** Percent of the cores that other programs took. */
  readonly others: number
}

interface Played {
  readonly name: AttackName
  readonly without: readonly Window[]
  readonly under: readonly Window[]
  readonly note: string
}

export async function measure(options: BenchOptions): Promise<Measurement[]> {
  const attacker: { pid?: number } = {}
  const rig = await Rig.start(1, () => (attacker.pid === undefined ? [] : [attacker.pid]))
  const folder = mkdtempSync(join(tmpdir(), 'timbre-bench-'))
  const played: Played[] = []
  try {
    const plain = await serve(rig, join(folder, 'plain'))
    await warmUp(rig, plain, options)
    for (const [nth, name] of ATTACKS.entries()) {
      const attacked = await serve(rig, join(folder, String(nth)))
      const child = new Child<AttackerOrder>(new URL('./load/attacker-process.ts', import.meta.url))
      attacker.pid = child.pid
      try {
        played.push(await play(rig, plain, attacked, child, name, options))
      } catch (error) {
        console.error(error)
        played.push({ name, without: [], under: [], note: `could not be measured: ${String(error)}` })
      } finally {
        await child.stop()
        await attacked.timbre.destroy()
      }
      options.log(`hostile: ${lineOf(played.at(-1))}`)
    }
  } finally {
    await rig.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  return rowsOf(played)
}

async function serve(rig: Rig, stallsFile: string): Promise<Served> {
  // As in production, but that receivers are on this machine.
  const settings = { TIMBRE_DEV: '0', TIMBRE_ALLOW_TARGETS: '127.0.0.0/8', [STALLS_FILE_VARIABLE]: stallsFile }
  const timbre = await rig.timbre({ settings, nodeArguments: LOOP_PROBE_ARGUMENTS })
  const groups = Array.from({ length: WEBHOOKS }, (_, index) => [`${rig.urls[0]}/fine/${index}`])
  return { timbre, target: await makeWebhooks(timbre, groups), stalls: new Stalls(stallsFile) }
}

async function play(
  rig: Rig,
  plain: Served,
  attacked: Served,
  attacker: Child<AttackerOrder>,
  name: AttackName,
  options: BenchOptions,
): Promise<Played> {
  const { quick, rounds } = options
  const { address, adminKey } = attacked.timbre
  const target = { address, adminKey, certificates: rig.certificates, hangUrl: `${rig.urls[0]}/hang` }
  await attacker.ask({ kind: 'prepare', name, target })
  await warmUp(rig, attacked, options)
  const seconds = quick ? { warmUp: 0.3, window: 1.2 } : { warmUp: 0.5, window: 3 }
  const played = { name, without: [] as Window[], under: [] as Window[], note: '' }
  const turns = Math.max(rounds, 2) * (RATIO_MAX[name] === undefined ? 1 : TURNS_FOR_A_RATIO)
  for (let nth = 0; nth < (quick ? 1 : turns); nth++) {
    played.without.push(await honest(rig, plain, seconds))
    await attacker.ask({ kind: 'start' })
    played.under.push(
      await honest(rig, attacked, seconds, async () => {
        played.note = await attacker.ask<string>({ kind: 'stop' })
      }),
    )
  }
  return played
}

/** Not measured: code that has just been loaded is slow whatever is done to it. */
async function warmUp(rig: Rig, served: Served, { quick }: BenchOptions): Promise<void> {
  await honest(rig, served, { warmUp: 0, window: quick ? 0.5 : 1.5 })
}

/** A window of the honest tenant's events. `atEnd`: when it is over, and before the last events are waited for. */
async function honest(rig: Rig, served: Served, seconds: Seconds, atEnd = async () => {}): Promise<Window> {
  const { timbre, target, stalls } = served
  const startedAt = monotonicMs()
  let memoryMiB = residentMiB(timbre.pid)
  const sampling = setInterval(() => {
    if (timbre.isRunning) memoryMiB = Math.max(memoryMiB, residentMiB(timbre.pid))
  }, SAMPLE_EVERY_MS)
  let samples = 0
  try {
    const order = { kind: 'publish open', target, bodyBytes: BODY_BYTES.small, perSecond: PER_SECOND } as const
    const { load, taken, others } = await rig.run(order, seconds, async () => {
      if (++samples === 2) await atEnd()
    })
    if (!timbre.isRunning) throw new Error('the server has ended')
    const p99Ms = percentile(withMissing(taken.latenciesMs, load, seconds), 0.99)
    return { p99Ms, stallMs: stalls.longestSince(startedAt), memoryMiB, refused: load.failed, others }
  } finally {
    clearInterval(sampling)
  }
}

/** What was accepted and has not arrived took at least as long as the window: left out, the worst would look best. */
function withMissing(latenciesMs: readonly number[], { sent, failed }: LoadResult, { window }: Seconds): number[] {
  const missing = Math.max(sent - failed - latenciesMs.length, 0)
  return [...latenciesMs, ...Array<number>(missing).fill(window * 1000)]
}

function rowsOf(all: readonly Played[]): Measurement[] {
  const without = all.flatMap((played) => played.without)
  const others = Math.max(
    ...all.flatMap((played) => [...played.without, ...played.under]).map((window) => window.others),
  )
  const about = `${PER_SECOND} events/s to ${WEBHOOKS} webhooks; other programs took up to ${others.toFixed(0)} % of the cores`
  return [
    { name: 'hostile: p99 without an attack', unit: 'ms', values: without.map(({ p99Ms }) => p99Ms), note: about },
    { name: 'hostile: longest stall without an attack', unit: 'ms', values: [most(without, ({ stallMs }) => stallMs)] },
    { name: 'hostile: memory without an attack', unit: 'MiB', values: [most(without, ({ memoryMiB }) => memoryMiB)] },
    ...all.flatMap(rowsOfAttack),
  ]
}

function rowsOfAttack({ name, without, under, note }: Played): Measurement[] {
  const ratioMax = RATIO_MAX[name]
  return [
    {
      name: `hostile: longest stall, ${name}`,
      unit: 'ms',
      values: [most(under, ({ stallMs }) => stallMs)],
      budget: { atMost: STALL_MS_MAX },
      note,
    },
    {
      name: `hostile: memory, ${name}`,
      unit: 'MiB',
      values: [most(under, ({ memoryMiB }) => memoryMiB)],
      budget: { atMost: MEMORY_MIB_MAX },
    },
    {
      name: `hostile: p99 of an honest tenant, ${name}, to that without`,
      unit: '×',
      values: [p99Of(under) / p99Of(without)],
      ...(ratioMax === undefined ? {} : { budget: { atMost: ratioMax } }),
      note: `medians of ${under.length} windows in turn`,
    },
    {
      name: `hostile: honest publishes refused, ${name}`,
      unit: 'requests',
      values: [most(under, ({ refused }) => refused)],
      budget: { atMost: 0 },
    },
  ]
}

/** NaN of none: what could not be measured keeps no budget. */
function most(windows: readonly Window[], value: (window: Window) => number): number {
  return windows.length === 0 ? Number.NaN : Math.max(...windows.map(value))
}

function p99Of(windows: readonly Window[]): number {
  return median(windows.map(({ p99Ms }) => p99Ms))
}

function lineOf(played: Played | undefined): string {
  if (played === undefined) return ''
  const { name, without, under, note } = played
  const stall = most(under, ({ stallMs }) => stallMs).toFixed(0)
  const memory = most(under, ({ memoryMiB }) => memoryMiB).toFixed(0)
  const refused = most(under, (window) => window.refused)
  return `${name}: p99 ${p99Of(without).toFixed(1)} -> ${p99Of(under).toFixed(1)} ms, stall ${stall} ms, ${memory} MiB, ${refused} refused (${note})`
}

if (import.meta.main) await runAlone(measure)
