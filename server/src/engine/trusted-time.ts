// Owns whether a clock is to be believed when it says that something is old. Must never be asked for anything that a mistake can
// be made good of: it errs on the side of what was there before.

/** A clock that stands still where it was for so long is taken for right, whatever it says. */
export const BELIEVED_AFTER_MS = 24 * 3_600_000
/** So much may a clock be ahead of the least that it ever said, be it that the machine was suspended or the clock set. */
const STEP_MS_MAX = 3_600_000

export interface ClockReading {
  /** Milliseconds since 1970, of the wall; and of the clock that never jumps. */
  readonly now: number
  readonly monotonic: number
}

/**
 * @param start the first reading of this process
 * @param leastLead the least that the wall was ahead of the clock that never jumps, since then: something may have been written by it
 * @param newestTrace the latest time that the tables told of at the start; null: they told nothing
 * @param idleMsMax for so long an honest instance may have done nothing
 * @returns the time that tells what is old; null: the clock is not believed yet
 */
export function trustedTime(
  start: ClockReading,
  reading: ClockReading,
  leastLead: number,
  newestTrace: number | null,
  idleMsMax: number,
): number | null {
  const passed = reading.monotonic - start.monotonic
  const isFarAhead = newestTrace !== null && start.now - newestTrace > idleMsMax
  if (isFarAhead && passed < BELIEVED_AFTER_MS) return null
  return Math.min(reading.now, leastLead + reading.monotonic + STEP_MS_MAX)
}
