// Owns lanes whose attempts end when a test says so, and what these tests hold in them.
// Must never decide what is right: it notes what lanes do.

import pino from 'pino'
import { ManualClock, settle } from '../../../../test/support/manual-clock.ts'
import { type EventLoop, IDLE_LOOP } from '../../platform/event-loop.ts'
import { ALONE } from '../../storage/storage.ts'
import type { AttemptEnd } from '../attempt.ts'
import { ENVELOPE_LIMITS, type EnvelopeLimits, EnvelopeMemory } from '../envelope-memory.ts'
import { type HeldDelivery, heldDelivery, heldEnvelope } from '../held-delivery.ts'
import type { Pace } from '../lane.ts'
import { Lanes } from '../lanes.ts'
import { Origins } from '../origins.ts'
import { RateLimiter } from '../rate-limiter.ts'
import type { Target } from '../targets.ts'

/** As the storage hands it over, of a webhook that has not been tried. */
export const LEASED = {
  workspaceId: 'w',
  id: 'd',
  webhookId: 'h',
  webhookVersion: 1,
  eventId: 'evt_1',
  eventKey: 'call.completed',
  orderKey: null,
  createdAt: 0,
  attempts: 0,
  scheduledAttempts: 0,
  trigger: 'automatic',
  succeededBefore: false,
  leaseToken: 't',
  place: 1,
} as const

export function delivery(webhookId: string, id: string, fields: Partial<HeldDelivery> = {}): HeldDelivery {
  const lease = { ...LEASED, id, webhookId, eventId: `evt_${id}` }
  return { ...heldDelivery(lease, heldEnvelope('{}'), Number.MAX_SAFE_INTEGER), ...fields }
}

export function many(webhookId: string, count: number, fields: Partial<HeldDelivery> = {}): HeldDelivery[] {
  return Array.from({ length: count }, (_, index) => delivery(webhookId, `${webhookId}-${index}`, fields))
}

/** Deliveries of one event each, all of one workspace. */
export function bodied(webhookId: string, count: number, size: number, workspaceId = 'w'): HeldDelivery[] {
  return Array.from({ length: count }, (_, nth) =>
    delivery(webhookId, `${webhookId}-${nth}`, { workspaceId, envelope: heldEnvelope('x'.repeat(size)) }),
  )
}

export const TARGET = { isActive: true, rateLimitPerSecond: null } as Target

export interface SendingOptions {
  readonly inFlightPerWebhookMax?: number
  readonly inFlightPerOriginMax?: number
  readonly heldMax?: number
  readonly envelopeLimits?: EnvelopeLimits
  readonly membership?: typeof ALONE
  readonly loop?: EventLoop
  /** Of each webhook its own origin, unless it says otherwise. */
  readonly target?: (webhookId: string) => Partial<Target> | undefined
}

export function sending(options: SendingOptions = {}) {
  const {
    inFlightPerWebhookMax = 2,
    inFlightPerOriginMax = 64,
    heldMax = 100,
    envelopeLimits = ENVELOPE_LIMITS,
  } = options
  const { membership = ALONE, loop = IDLE_LOOP, target = () => ({}) } = options
  const clock = new ManualClock()
  const started: string[] = []
  const leases: string[] = []
  const texts: (string | undefined)[] = []
  const released: string[] = []
  const read: string[] = []
  const erased = new Set<string>()
  const asked: string[] = []
  const ends: { readonly webhookId: string; readonly end: (end: AttemptEnd) => void }[] = []
  const memory = new EnvelopeMemory(envelopeLimits)
  const origins = new Origins({ clock, membership }, { inFlightPerOriginMax })
  const lanes = new Lanes(
    {
      clock,
      loop,
      membership,
      log: pino({ level: 'silent' }),
      targets: {
        get: ({ webhookId, workspaceId }) => {
          const own = target(webhookId)
          const origin = `https://${webhookId}.example`
          return own === undefined
            ? Promise.resolve(undefined)
            : { ...TARGET, webhookId, workspaceId, origin, url: origin, ...own }
        },
      },
      rateLimiter: new RateLimiter({ clock, membership }),
      origins,
      memory,
      envelopes: {
        read: async ({ id, envelope }) => {
          read.push(id)
          envelope.text = 'read again'
        },
      },
      attempt: ({ id, leaseToken, webhookId, envelope }) => {
        started.push(id)
        leases.push(leaseToken)
        texts.push(envelope.text)
        return new Promise((resolve) => ends.push({ webhookId, end: resolve }))
      },
      release: ({ id }) => released.push(id),
      erased: { take: (id) => erased.delete(id) },
      onCapacity: (webhookId) => asked.push(webhookId),
    },
    { inFlightPerWebhookMax, heldMax, timeoutMs: 15_000, leaseMs: 900_000 },
  )
  /** The first that is in flight, or the first of a webhook. */
  const end = async (pace: Pace, webhookId?: string, recorded: Promise<void> = Promise.resolve()) => {
    const nth = webhookId === undefined ? 0 : ends.findIndex((each) => each.webhookId === webhookId)
    ends.splice(nth, 1)[0]?.end({ kind: 'sent', pace, recorded })
    await settle()
  }
  return { clock, lanes, origins, memory, started, leases, texts, released, read, erased, asked, end }
}

/** A loop whose ticks end when the test says so. */
export function ticking() {
  const ticks: (() => void)[] = []
  const loop: EventLoop = { ...IDLE_LOOP, afterTick: () => new Promise((resolve) => ticks.push(resolve)) }
  return { loop, ticks }
}
