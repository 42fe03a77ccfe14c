// Owns how a backend helps the shared records to find and to keep a row: by the partition it lies in, and by a lock.
import type { RawBuilder } from 'kysely'

export interface RowKeys {
  /** Rows that are read in order to be changed are locked: where more than one connection writes. */
  readonly locksRows: boolean
  /** Beside `id = ?` of an event: where the event is. */
  event(workspaceId: string, id: string): RawBuilder<boolean> | undefined
  /** Beside `event_id = ?` of deliveries: where they are. */
  deliveriesOfEvent(workspaceId: string, eventId: string): RawBuilder<boolean> | undefined
  /** Beside `seq >= ?` of events or deliveries, where an index leads with the workspace. */
  history(workspaceId: string): RawBuilder<boolean> | undefined
  /** Beside `id = ?` of a delivery, or `delivery_id = ?` of attempts: where they are. */
  delivery(id: string): RawBuilder<boolean> | undefined
}

/** Of a backend with one connection and no partitions. */
export const PLAIN_KEYS: RowKeys = {
  locksRows: false,
  event: () => undefined,
  deliveriesOfEvent: () => undefined,
  history: () => undefined,
  delivery: () => undefined,
}

/** Adds the condition if there is one. */
export function narrow<Query extends { where(condition: RawBuilder<boolean>): Query }>(
  query: Query,
  condition: RawBuilder<boolean> | undefined,
): Query {
  return condition === undefined ? query : query.where(condition)
}
