// Owns the changes of deliveries that one transaction makes, as they are written to the log: a row for each workspace, not for each
// change. Must never hold what a receiver or a publisher wrote: an erasure leaves the log alone.
import { DELIVERY_STATUSES, type DeliveryStatus } from '@timbre/contract/delivery-status.ts'

/** Where a backend finds the delivery, as two values of JSON; without what tells a row that took the place of an erased one. */
export type ChangePlace = string

export interface LoggedChange {
  readonly place: ChangePlace
  readonly status: DeliveryStatus
  readonly attempts: number
  readonly nextAttemptAt: number | null
  /** null: as it was created. */
  readonly updatedAt: number | null
  /** Why it ended, where no attempt says it. */
  readonly error?: string
}

/** One row is read at once. */
const ROW_CHANGES_MAX = 500

export interface ChangeRow {
  readonly workspaceId: string
  readonly entries: string
}

export class ChangeBatch {
  readonly #entries = new Map<string, string[]>()

  add(workspaceId: string, change: LoggedChange): void {
    const entries = this.#entries.get(workspaceId)
    if (entries === undefined) this.#entries.set(workspaceId, [entryOf(change)])
    else entries.push(entryOf(change))
  }

  /** In the order of the changes of each workspace. */
  rows(): ChangeRow[] {
    return [...this.#entries].flatMap(([workspaceId, entries]) => {
      if (entries.length <= ROW_CHANGES_MAX) return [{ workspaceId, entries: textOf(entries) }]
      const starts = Array.from(
        { length: Math.ceil(entries.length / ROW_CHANGES_MAX) },
        (_, nth) => nth * ROW_CHANGES_MAX,
      )
      return starts.map((start) => ({ workspaceId, entries: textOf(entries.slice(start, start + ROW_CHANGES_MAX)) }))
    })
  }
}

/** A row with one change. */
export function entriesOf(change: LoggedChange): string {
  return textOf([entryOf(change)])
}

function textOf(entries: readonly string[]): string {
  return `[${entries.join(',')}]`
}

/** What is as it was created takes the least: half of all changes are so. */
export function entryOf({ place, status, attempts, nextAttemptAt, updatedAt, error }: LoggedChange): string {
  const code = DELIVERY_STATUSES.indexOf(status)
  if (error !== undefined)
    return `[${place},${code},${attempts},${nextAttemptAt},${updatedAt},${JSON.stringify(error)}]`
  if (updatedAt !== null) return `[${place},${code},${attempts},${nextAttemptAt},${updatedAt}]`
  return nextAttemptAt === null ? `[${place},${code},${attempts}]` : `[${place},${code},${attempts},${nextAttemptAt}]`
}

/** An entry as it is read: see `entryOf`. */
export type ChangeEntry = readonly [
  place: string | number,
  within: string | number,
  status: number,
  attempts: number,
  nextAttemptAt?: number | null,
  updatedAt?: number | null,
  error?: string,
]

/** Written by ChangeBatch. */
export function readEntries(text: string): readonly ChangeEntry[] {
  return JSON.parse(text)
}
