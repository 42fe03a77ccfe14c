// Owns the time axis of a call: from its first signal or event to the end of its last attempt, and where nothing happened. Pure.
import type { CallDetail } from '@getsupervisor/agents-studio-sdk'

export interface Axis {
  readonly from: number
  readonly to: number
}

/** So long without an event is a gap that is said, as is no more than a share of the whole. */
const GAP_MS_MIN = 60_000

/** In milliseconds since 1970. */
export function axisOfCall({ signals, events }: Pick<CallDetail, 'signals' | 'events'>): Axis {
  const ofEvents = events.flatMap((event) => [
    Date.parse(event.createdAt),
    ...event.deliveries.flatMap(({ latestAttempts }) =>
      latestAttempts.flatMap(({ startedAt, durationMs }) => [
        Date.parse(startedAt),
        Date.parse(startedAt) + durationMs,
      ]),
    ),
  ])
  const times = [...signals.map(({ receivedAt }) => Date.parse(receivedAt)), ...ofEvents]
  const from = Math.min(...times)
  return times.length === 0 ? { from: 0, to: 1 } : { from, to: Math.max(from + 1, ...times) }
}

/** Where a time stands, in percent of the axis. */
export function placeOn({ from, to }: Axis, time: string | number): number {
  const at = typeof time === 'number' ? time : Date.parse(time)
  return Math.min(100, Math.max(0, (100 * (at - from)) / (to - from)))
}

/** How long nothing was published before an event, where that is long; in milliseconds. */
export function gapBefore(events: readonly { readonly createdAt: string }[], index: number): number | undefined {
  const [before, event] = [events[index - 1], events[index]]
  if (before === undefined || event === undefined) return undefined
  const gapMs = Date.parse(event.createdAt) - Date.parse(before.createdAt)
  return gapMs >= GAP_MS_MIN ? gapMs : undefined
}
