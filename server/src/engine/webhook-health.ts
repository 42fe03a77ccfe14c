// Owns the evaluation of a webhook that keeps failing: when to warn, when to switch it off, when to say it is well. Pure.

/** 120 h of failures with no success between (CONTRACT §3). */
export const DISABLE_AFTER_HOURS_DEFAULT = 120

/** Warnings come when so much of that time has passed (CONTRACT §3). */
export const WARNING_PERCENTS = [50, 70, 90] as const
export type WarningPercent = (typeof WARNING_PERCENTS)[number]

export interface WebhookHealth {
  /** When the failures without a success between them began; null: the last delivery succeeded. */
  readonly failingSince: number | null
  /** End of the last failed attempt. A webhook that nothing was sent to is not evaluated by the time that has passed. */
  readonly lastFailureAt: number
  /** The last warning given, 0 when there was none. */
  readonly warnedPercent: number
}

export type HealthVerdict =
  | { readonly kind: 'failing'; readonly percent: WarningPercent }
  | { readonly kind: 'disabled' }
  | { readonly kind: 'recovered' }

/**
 * What is to be told of a webhook, or `undefined` when nothing new is.
 * @param disableAfterMs 0: a webhook is never warned about nor disabled
 */
export function evaluateHealth(health: WebhookHealth, disableAfterMs: number): HealthVerdict | undefined {
  const { failingSince, lastFailureAt, warnedPercent } = health
  if (failingSince === null) return warnedPercent > 0 ? { kind: 'recovered' } : undefined
  if (disableAfterMs === 0) return undefined
  const percent = ((lastFailureAt - failingSince) / disableAfterMs) * 100
  if (percent >= 100) return { kind: 'disabled' }
  const reached = WARNING_PERCENTS.findLast((step) => percent >= step)
  return reached !== undefined && reached > warnedPercent ? { kind: 'failing', percent: reached } : undefined
}
