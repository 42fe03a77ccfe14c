// Owns what a genuine request's time says: a wrong clock, or an old request.
import type { Claim } from '../signature-headers.ts'
import type { Finding } from './finding.ts'

const HOUR_S = 3600
/** The widest time zone is 14 hours from UTC. */
const TIME_ZONE_S_MAX = 14 * HOUR_S
const TIME_ZONE_STEP_S = HOUR_S / 2
const TIME_ZONE_ERROR_S = 30

export interface Received {
  /** Seconds since 1970, by the receiver's clock. */
  readonly atS: number
  readonly toleranceS: number
  /** Whether the receiver has handled this event before. */
  readonly wasHandled: boolean
}

/** `undefined`: it came in time. A past that could be either is a clock's up to an hour, and a recording's beyond. */
export function timeCause({ timestamp }: Claim & { scheme: 'standard' }, received: Received): Finding | undefined {
  const { atS, toleranceS, wasHandled } = received
  const ageS = Math.floor(atS) - Number(timestamp)
  if (Math.abs(ageS) <= toleranceS) return undefined
  const detail = { ageSeconds: ageS, toleranceSeconds: toleranceS }
  if (ageS < 0) return { cause: 'clock', what: `It says that it was sent ${-ageS} s from now.`, detail }
  const what = `It says that it was sent ${ageS} s ago.`
  const isOfClock = !wasHandled && (ageS <= toleranceS + HOUR_S || isTimeZone(ageS))
  return { cause: isOfClock ? 'clock' : 'replayed', what, detail }
}

function isTimeZone(ageS: number): boolean {
  const rest = ageS % TIME_ZONE_STEP_S
  return ageS <= TIME_ZONE_S_MAX + TIME_ZONE_ERROR_S && Math.min(rest, TIME_ZONE_STEP_S - rest) <= TIME_ZONE_ERROR_S
}
