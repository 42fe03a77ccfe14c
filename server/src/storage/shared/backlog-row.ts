// Owns what was counted of a backlog as the storage tells it. Pure.
import type { BacklogRow } from '../storage.ts'

/** Of what is queued no more than one row above the bound was looked at. */
export interface CountedBacklog {
  readonly queued: number
  /** Of the webhook; of a whole workspace nobody asks. */
  readonly due: number
  readonly oldestQueuedAt: number | null
  /** The first time that any of it waits for. */
  readonly nextAttemptAt: number | null
  /** Of the workspace, being sent. */
  readonly looked: number
  /** Of those, of the webhook. */
  readonly sending: number
  readonly oldestSendingAt: number | null
}

/** What is found elsewhere where more is queued than was looked at. */
export type BeyondBound = Pick<BacklogRow, 'due' | 'nextAttemptAt'>

export function backlogRow(counted: CountedBacklog, rowsMax: number, beyond?: BeyondBound): BacklogRow {
  const { queued, looked, sending, oldestQueuedAt, oldestSendingAt } = counted
  const ages = [oldestQueuedAt, oldestSendingAt].filter((at) => at !== null)
  const { due, nextAttemptAt } = beyond ?? counted
  return {
    pending: Math.min(queued, rowsMax) + sending,
    due,
    sending,
    isExact: queued <= rowsMax && looked < rowsMax,
    oldestAt: ages.length === 0 ? null : Math.min(...ages),
    nextAttemptAt,
  }
}
