// Owns what the backlog of a webhook means: how long it takes to drain, and whether a rate limit is what it waits for. Pure.

export interface Outlook {
  readonly pending: number
  /** Queued and due, or being sent. */
  readonly waiting: number
  /** Deliveries that ended in the minutes before now. */
  readonly ended: number
  /** How long those minutes are, milliseconds. */
  readonly endedInMs: number
  /** Null: no limit of its own, or a whole workspace. */
  readonly rateLimitPerSecond: number | null
}

/** Seconds, rounded up; null: at this pace it never does. */
export function drainSeconds({ pending, ended, endedInMs, rateLimitPerSecond }: Outlook): number | null {
  if (pending === 0) return 0
  const perSecond = Math.min((ended * 1000) / endedInMs, rateLimitPerSecond ?? Number.POSITIVE_INFINITY)
  return perSecond > 0 ? Math.ceil(pending / perSecond) : null
}

/** More waits than the limit lets through in a second. */
export function isRateLimited({ waiting, rateLimitPerSecond }: Outlook): boolean {
  return rateLimitPerSecond !== null && waiting > rateLimitPerSecond
}
