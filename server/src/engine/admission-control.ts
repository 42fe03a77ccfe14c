// Owns the admission of publish requests: counts those that are under way and measures what commits manage.
// Must never hold a request back: it is admitted or refused at once.
import { Refusal } from '@timbre/contract/errors.ts'
import type { Clock } from '../platform/clock.ts'
import type { EventLoop } from '../platform/event-loop.ts'
import type { Random } from '../platform/random.ts'
import {
  EVENTS_PER_MS_AT_START,
  expectedWaitMs,
  nextRate,
  type Pressure,
  REQUESTS_PER_MS_AT_START,
  retryAfterSeconds,
  type Shortage,
  shortage,
} from './admission.ts'
import type { Refused } from './engine-api.ts'

export interface AdmissionControlDependencies {
  readonly clock: Clock
  readonly random: Random
  readonly loop: EventLoop
  readonly onRefused: (short: Shortage) => void
}

/** For so long a refusal is remembered: that publisher is expected to come back. */
const LATELY_MS = 5000

interface Batch {
  readonly requests: number
  readonly events: number
}

export class AdmissionControl {
  readonly #dependencies: AdmissionControlDependencies
  #requests = 0
  #events = 0
  /** Of each workspace. */
  readonly #ofWorkspaces = new Map<string, number>()
  #writingEvents = 0
  #writingSince = 0
  #eventsPerMs = EVENTS_PER_MS_AT_START
  #requestsPerMs = REQUESTS_PER_MS_AT_START
  #refusedLately = 0
  #refusedAt = 0

  constructor(dependencies: AdmissionControlDependencies) {
    this.#dependencies = dependencies
  }

  get expectedWaitMs(): number {
    return expectedWaitMs(this.#pressure())
  }

  /** See EngineApi.admit. */
  admit(workspaceId?: string): Refused | undefined {
    const short = this.#shortage(workspaceId)
    return short === undefined ? undefined : { retryAfterSeconds: this.#refuse(short) }
  }

  /** Lets events wait for their commit, or throws TOO_MANY_REQUESTS: much may have come while their body was read. */
  async pass<T>(workspaceId: string, events: number, commit: () => Promise<T>): Promise<T> {
    const short = this.#shortage(workspaceId)
    if (short !== undefined) throw new Refusal('TOO_MANY_REQUESTS', { retryAfterSeconds: this.#refuse(short) })
    this.#requests++
    this.#count(workspaceId, events)
    try {
      return await commit()
    } finally {
      this.#requests--
      this.#count(workspaceId, -events)
    }
  }

  /** Around every commit, of which there is one at a time. */
  async write<T>({ requests, events }: Batch, commit: () => Promise<T>): Promise<T> {
    const { clock } = this.#dependencies
    const wasBusy = this.#events > events
    this.#writingEvents = events
    this.#writingSince = clock.monotonic()
    try {
      const done = await commit()
      const tookMs = clock.monotonic() - this.#writingSince
      this.#eventsPerMs = nextRate(this.#eventsPerMs, { count: events, tookMs, wasBusy })
      this.#requestsPerMs = nextRate(this.#requestsPerMs, { count: requests, tookMs, wasBusy })
      return done
    } finally {
      this.#writingEvents = 0
    }
  }

  #count(workspaceId: string, events: number): void {
    this.#events += events
    const own = (this.#ofWorkspaces.get(workspaceId) ?? 0) + events
    if (own === 0) this.#ofWorkspaces.delete(workspaceId)
    else this.#ofWorkspaces.set(workspaceId, own)
  }

  /** A disk that is short because of others is not short for whoever has brought less: workspaces take turns. */
  #shortage(workspaceId: string | undefined): Shortage | undefined {
    const pressure = this.#pressure()
    const short = shortage(pressure)
    if (short !== 'disk' || workspaceId === undefined) return short
    const own = this.#ofWorkspaces.get(workspaceId) ?? 0
    let events = 0
    for (const others of this.#ofWorkspaces.values()) events += Math.min(others, Math.max(own, 1))
    // What is being written is not before it either, as far as it has brought less than that itself.
    return shortage({ ...pressure, events, writingEvents: Math.min(pressure.writingEvents, own) })
  }

  #pressure(): Pressure {
    const { clock, loop } = this.#dependencies
    return {
      requests: this.#requests,
      events: this.#events,
      writingEvents: this.#writingEvents,
      writingMs: this.#writingEvents === 0 ? 0 : clock.monotonic() - this.#writingSince,
      eventsPerMs: this.#eventsPerMs,
      loopDelayMs: loop.delayMs(),
    }
  }

  #refuse(short: Shortage): number {
    const { clock, random, onRefused } = this.#dependencies
    onRefused(short)
    const now = clock.monotonic()
    this.#refusedLately = this.#refusedLately * Math.exp((this.#refusedAt - now) / LATELY_MS) + 1
    this.#refusedAt = now
    return retryAfterSeconds(this.#refusedLately, this.#requestsPerMs, random.fraction())
  }
}
