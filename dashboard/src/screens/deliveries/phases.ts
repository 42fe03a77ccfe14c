// Owns the phases of an attempt: how long each took, and where its bar stands on an axis. Pure.
import type { Attempt } from '@getsupervisor/agents-studio-sdk'

export const PHASES = ['dns', 'connect', 'tls', 'wait', 'rest'] as const
export type Phase = (typeof PHASES)[number]

export interface PhaseTime {
  readonly phase: Phase
  readonly ms: number
}

/** In their order; only those that there were. What no phase accounts for is writing the request and reading the response. */
export function phasesOf({ timings, durationMs, responseStatus }: Attempt): readonly PhaseTime[] {
  const { dns, connect, tls, firstByte } = timings
  const known = (dns ?? 0) + (connect ?? 0) + (tls ?? 0) + (firstByte ?? 0)
  const left = Math.max(0, durationMs - known)
  // Without a response, what is left is waiting for it, or for a connection.
  const hasResponse = responseStatus !== null || firstByte !== null
  const all: readonly (readonly [Phase, number | null])[] = [
    ['dns', dns],
    ['connect', connect],
    ['tls', tls],
    ['wait', hasResponse ? firstByte : left],
    ['rest', hasResponse ? left : null],
  ]
  return all.flatMap(([phase, ms]) => (ms === null || ms <= 0 ? [] : [{ phase, ms }]))
}

/** From the acceptance to the end of the last attempt, in milliseconds since 1970. */
export function axisOf(
  createdAt: string,
  attempts: readonly Attempt[],
): { readonly from: number; readonly to: number } {
  const starts = attempts.map(({ startedAt }) => Date.parse(startedAt))
  const ends = attempts.map(({ startedAt, durationMs }) => Date.parse(startedAt) + durationMs)
  const from = Math.min(Date.parse(createdAt), ...starts)
  return { from, to: Math.max(from + 1, ...ends) }
}
