// Owns how runs differ: which faults a run has at all and how often, how many webhooks, which retry schedule.
// Faults that are off in some runs let others show what they do alone (swarm testing).
import { ENVELOPE_LIMITS, type EnvelopeLimits } from '@timbre/server/engine/envelope-memory.ts'
import { RETRY_SCHEDULE_SECONDS_DEFAULT } from '@timbre/server/engine/retry-policy.ts'
import { Prng } from './prng.ts'

/** What happens in a step; the numbers are weights. */
export const STEP_WEIGHTS = {
  publish: 45,
  publishBatch: 4,
  publishAgain: 4,
  publishWithKey: 4,
  burst: 0.4,
  sendExample: 1.5,
  retryDelivery: 4,
  editWebhook: 2,
  disableWebhook: 1,
  enableWebhook: 2.5,
  rotateSecret: 1.5,
  deleteWebhook: 0.4,
  createWebhook: 0.8,
  changeSubscription: 1,
  changeReceiver: 5,
  pull: 12,
  call: 4,
  watchCalls: 1.5,
  sleepLong: 0.8,
  replay: 1,
  cancelReplay: 0.2,
  eraseCall: 0.5,
  eraseUnanswered: 0.6,
  otherChanges: 2,
  otherAsks: 1,
  loseListener: 0.6,
  crash: 0.6,
  crashSoon: 1.2,
  restart: 0.4,
  jumpForward: 0.5,
  jumpBack: 0.5,
} as const

export type Step = keyof typeof STEP_WEIGHTS

/** Never off: without them nothing happens, or what was disabled stays so. */
const ALWAYS: ReadonlySet<Step> = new Set(['publish', 'enableWebhook', 'createWebhook', 'pull'])

/** Probabilities of a fault of the disk, per call. */
export const DISK_FAULTS = { fails: 0.01, failsAfterCommit: 0.01, slow: 0.01, verySlow: 0.0003 } as const
export type DiskFault = keyof typeof DISK_FAULTS

/** How a request can end, besides well; the numbers are weights. */
export const NETWORK_FAULTS = {
  status: 6,
  retryAfter: 2,
  gone: 0.15,
  dns: 1,
  refused: 1,
  tls: 0.5,
  blocked: 0.3,
  resetBefore: 1,
  resetAfter: 1,
  connectHangs: 0.5,
  hangs: 1,
  hangsUnseen: 0.5,
  drips: 0.5,
  slow: 2,
  garbage: 0.3,
} as const
export type NetworkFault = keyof typeof NETWORK_FAULTS

export interface Swarm {
  readonly steps: Readonly<Record<Step, number>>
  readonly disk: Readonly<Record<DiskFault, number>>
  readonly network: Readonly<Record<NetworkFault, number>>
  readonly scheduleSeconds: readonly number[]
  readonly jitter: number
  readonly inFlightMax: number
  readonly inFlightPerOriginMax: number
  readonly bodyLimits: EnvelopeLimits
  readonly disableAfterMs: number
  /** 0: events are kept for ever. */
  readonly retentionDays: number
  /** How far the clock of the other node is off: so little that it is left alone. */
  readonly otherClockMs: number
  readonly webhooks: number
  readonly workspaces: number
  readonly calls: number
  readonly withOrder: boolean
  readonly withRateLimit: boolean
  /** Some webhooks are of kind `pull`. */
  readonly withPull: boolean
}

/** No envelope of a run is longer: events have some 100 to 400 characters, announcements of health up to 1,000. */
export const ENVELOPE_LENGTH_MAX = 1200
/** The longest fits the half of the reserve that is left for lanes that stalled, or it would wait for ever. */
const NO_TEXTS: EnvelopeLimits = { keptMax: 0, flightMax: 5000, reserveMax: ENVELOPE_LENGTH_MAX, smallMax: 200 }
const FEW_BODIES: EnvelopeLimits = { keptMax: 2000, flightMax: 1500, reserveMax: ENVELOPE_LENGTH_MAX, smallMax: 0 }

const OFF = 0.35

export function makeSwarm(seed: string): Swarm {
  const prng = new Prng(`${seed} swarm`)
  return {
    steps: swing(prng, STEP_WEIGHTS, ALWAYS),
    disk: prng.chance(0.3) ? none(DISK_FAULTS) : swing(prng, DISK_FAULTS, new Set()),
    network: swing(prng, NETWORK_FAULTS, new Set()),
    scheduleSeconds: prng.pick([
      RETRY_SCHEDULE_SECONDS_DEFAULT,
      [0, 1, 5, 30],
      [0, 2, 4, 8, 60, 300],
      [0, 5],
      [0],
      [4, 2],
    ]),
    jitter: prng.pick([0, 0.2, 0.2, 0.9]),
    disableAfterMs: prng.pick([120, 120, 2, 0.05]) * 3_600_000,
    inFlightMax: prng.pick([1, 2, 4, 16]),
    inFlightPerOriginMax: prng.pick([64, 64, 3, 1]),
    bodyLimits: prng.pick([ENVELOPE_LIMITS, NO_TEXTS, FEW_BODIES]),
    webhooks: 1 + prng.below(6),
    workspaces: 1 + prng.below(2),
    calls: 1 + prng.below(6),
    withOrder: prng.chance(0.6),
    withRateLimit: prng.chance(0.4),
    retentionDays: prng.pick([0, 1, 0.1]),
    otherClockMs: prng.pick([0, 4900, -4900]),
    withPull: prng.chance(0.5),
  }
}

function swing<Name extends string>(
  prng: Prng,
  weights: Readonly<Record<Name, number>>,
  always: ReadonlySet<Name>,
): Record<Name, number> {
  const entries = Object.entries(weights) as [Name, number][] // exactly the keys of the table
  const swung = entries.map(([name, weight]) => [
    name,
    !always.has(name) && prng.chance(OFF) ? 0 : weight * prng.between(0.3, 2.5),
  ])
  return Object.fromEntries(swung) as Record<Name, number> // the same keys
}

function none<Name extends string>(weights: Readonly<Record<Name, number>>): Record<Name, number> {
  return Object.fromEntries(Object.keys(weights).map((name) => [name, 0])) as Record<Name, number> // the same keys
}
