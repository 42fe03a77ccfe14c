// Owns the time that tells what is old, over the life of this process (`trusted-time.ts`).
import type { Clock } from '../platform/clock.ts'
import type { Storage } from '../storage/storage.ts'
import { type ClockReading, trustedTime } from './trusted-time.ts'

export interface TrustedClockDependencies {
  readonly clock: Clock
  readonly storage: Pick<Storage, 'newestTrace'>
  /** Days; 0 or undefined: everything is kept for ever. For so long an honest instance may have done nothing. */
  readonly retentionDays: number | undefined
}

const DAY_MS = 24 * 3_600_000
/** Where everything is kept for ever; a workspace may have a retention of its own. */
const IDLE_DAYS_DEFAULT = 30

export class TrustedClock {
  readonly #dependencies: TrustedClockDependencies
  /** See trustedTime. Infinite: the clock has not been read. */
  #leastLead = Number.POSITIVE_INFINITY
  #start: { readonly reading: ClockReading; readonly trace: Promise<number | null> } | undefined

  constructor(dependencies: TrustedClockDependencies) {
    this.#dependencies = dependencies
  }

  /** Before anything is written, so that what the clock says now is not taken for what the tables tell. Once is enough. */
  begin(): void {
    this.#begin()
  }

  /** Something is written with this time, milliseconds since 1970, of the wall. Until more than its age has passed it is not old. */
  noteWritten(at: number): void {
    this.#leastLead = Math.min(this.#leastLead, at - this.#dependencies.clock.monotonic())
  }

  /** Null: the clock is not believed yet. */
  async now(): Promise<number | null> {
    const { reading, trace } = this.#begin()
    const { retentionDays } = this.#dependencies
    const idleMsMax = (retentionDays || IDLE_DAYS_DEFAULT) * DAY_MS
    try {
      const newestTrace = await trace
      return trustedTime(reading, this.#read(), this.#leastLead, newestTrace, idleMsMax)
    } catch (error) {
      this.#start = undefined
      throw error
    }
  }

  #begin() {
    if (this.#start !== undefined) return this.#start
    const trace = this.#dependencies.storage.newestTrace()
    // Told by whoever waits for it.
    trace.catch(() => {})
    this.#start = { reading: this.#read(), trace }
    return this.#start
  }

  #read(): ClockReading {
    const { clock } = this.#dependencies
    const reading = { now: clock.now(), monotonic: clock.monotonic() }
    this.noteWritten(reading.now)
    return reading
  }
}
