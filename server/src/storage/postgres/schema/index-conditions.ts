// Owns what a status means in the words of the partial indexes of deliveries: only a statement that says these is led by them.
// Must never name what the first success of a delivery changes (docs/decisions/0022-updates-in-place.md).
import type { DeliveryStatus } from '@timbre/contract/delivery-status.ts'

/** @param alias of the table `deliveries` */
export function isQueued(alias: string): string {
  return `${alias}.status = 'queued' AND (${alias}.next_attempt_at IS NOT NULL OR ${alias}.awaits_turn = 1) IS TRUE`
}

export function isFailed(alias: string): string {
  return `${alias}.status = 'failed' AND ${alias}.last_error IS NOT NULL AND ${alias}.next_attempt_at IS NULL
    AND ${alias}.awaits_turn = 0`
}

/** Undefined: no index leads there, and what is read must be bounded otherwise. */
export function indexCondition(status: DeliveryStatus): string | undefined {
  switch (status) {
    case 'queued':
      return isQueued('deliveries')
    case 'failed':
      return isFailed('deliveries')
    case 'sending':
    case 'success':
      return undefined
  }
}
