// Owns whether a webhook fails now, why, and since when, as far as its last deliveries tell. Pure.
import type { DeliverySummary } from '@getsupervisor/agents-studio-sdk'

export interface Failing {
  readonly reason: string
  /** When the first of those that fail without a success between was accepted. */
  readonly since: string
}

/** @param deliveries the newest first */
export function failingSince(deliveries: readonly DeliverySummary[]): Failing | undefined {
  const tried = deliveries.filter(({ attempts }) => attempts > 0)
  const success = tried.findIndex(({ status }) => status === 'success')
  const failed = (success === -1 ? tried : tried.slice(0, success)).filter(({ lastError }) => lastError !== null)
  const [newest] = failed
  const oldest = failed.at(-1)
  if (newest?.lastError == null || oldest === undefined) return undefined
  return { reason: newest.lastError, since: oldest.createdAt }
}
