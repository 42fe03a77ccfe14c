// Owns the number that every rate is compared with: undici's `request()` alone, to the same receivers with the same bytes, in a
// window before and one after what is measured, so that what slows the machine down meanwhile slows both.
import assert from 'node:assert/strict'
import { cpuTime, totalOf } from './cpu-time.ts'
import { monotonicMs } from './load/monotonic.ts'
import type { AloneTarget, PublishTarget } from './load/orders.ts'
import { BODY_BYTES } from './load/payload.ts'
import { type Rig, type Seconds, sentHeaders } from './load/rig.ts'
import type { BenchOptions } from './measurement.ts'

/** Timbre's default for one webhook. */
const IN_FLIGHT_PER_WEBHOOK = 16
/** For undici alone more connections than this only cost. */
const IN_FLIGHT_MAX = 500

/** Of each receiver: every connection is open by then. */
const WARM_UP_REQUESTS_EACH = 20

/** To what was answered: the count of the receiver is some milliseconds old when the window begins, more where the machine stood still. */
const COUNTED_MAX = 1.01

export type Body = keyof typeof BODY_BYTES

export interface Rate {
  readonly perSecond: number
  readonly failed: number
  /** Percent of the cores that other programs took. */
  readonly others: number
  /** Microseconds of a delivery. */
  readonly cpu: Readonly<Record<string, number>>
}

/** The headers that Timbre sends, from one event that it delivers: undici alone must send the same. */
export async function probedHeaders(rig: Rig, target: PublishTarget, fanOut: number): Promise<AloneTarget['headers']> {
  const order = { kind: 'publish closed', target, bodyBytes: 500, batch: 1, connections: 1, fanOut } as const
  const none = { warmUp: 0, window: 0.2 }
  const { taken } = await rig.run(
    { ...order, outstandingMax: 1, progressFile: rig.progressFile },
    none,
    async () => undefined,
  )
  return sentHeaders(taken.head)
}

export async function runAloneOnce(rig: Rig, target: AloneTarget, body: Body, seconds: Seconds): Promise<Rate> {
  const inFlight = Math.min(Math.max(rig.urls.length, 4) * IN_FLIGHT_PER_WEBHOOK, IN_FLIGHT_MAX)
  const cpu = (pid: number) => totalOf(cpuTime(pid))
  const { pid: sender } = rig.publisher
  const { pid: receiver } = rig.receiver
  const sample = async () => ({
    at: monotonicMs(),
    count: rig.received,
    sender: cpu(sender),
    receiver: cpu(receiver),
  })
  const { before, after, load, others } = await rig.run(
    { kind: 'alone closed', target, bodyBytes: BODY_BYTES[body], inFlight },
    seconds,
    sample,
  )
  const count = after.count - before.count
  assert(
    load.failed === 0 && count <= load.sent * COUNTED_MAX,
    'The receiver counts what was answered, and nothing twice.',
  )
  return {
    perSecond: (count * 1000) / (after.at - before.at),
    failed: load.failed,
    others,
    cpu: {
      sender: (after.sender - before.sender) / count,
      receiver: (after.receiver - before.receiver) / count,
    },
  }
}

export function secondsOf(rig: Rig, { quick }: BenchOptions, usual: Pick<Seconds, 'warmUp' | 'window'>): Seconds {
  const warmUpRequests = rig.urls.length * WARM_UP_REQUESTS_EACH
  return { ...(quick ? { warmUp: 1, window: 1.5 } : usual), warmUpRequests }
}

/** What several windows give together. */
export function together(rates: readonly Rate[]): Rate {
  const mean = (of: (rate: Rate) => number) => rates.reduce((sum, rate) => sum + of(rate), 0) / rates.length
  const parts = Object.keys(rates[0]?.cpu ?? {})
  return {
    perSecond: mean((rate) => rate.perSecond),
    failed: rates.reduce((sum, { failed }) => sum + failed, 0),
    others: mean((rate) => rate.others),
    cpu: Object.fromEntries(parts.map((part) => [part, mean(({ cpu }) => cpu[part] ?? Number.NaN)])),
  }
}
