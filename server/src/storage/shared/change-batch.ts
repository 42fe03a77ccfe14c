// Owns the changes of deliveries that one transaction makes, as they are written to the log: a row for each workspace, not for each
// change. Must never hold what a receiver or a publisher wrote: an erasure leaves the log alone.
import { DELIVERY_STATUSES, type DeliveryStatus } from '@timbre/contract/delivery-status.ts'

/** Where a backend finds the delivery: place, and what is within it, such as what tells a row that took the place of an erased one. */
export type ChangePlace = readonly [place: string | number, within: string | number]

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
  readonly #entries = new Map<string, ChangeEntry[]>()

  add(workspaceId: string, change: LoggedChange): void {
    const entries = this.#entries.get(workspaceId)
    if (entries === undefined) this.#entries.set(workspaceId, [entryOf(change)])
    else entries.push(entryOf(change))
  }

  /** In the order of the changes of each workspace. */
  rows(): ChangeRow[] {
    return [...this.#entries].flatMap(([workspaceId, entries]) => {
      if (entries.length <= ROW_CHANGES_MAX) return [{ workspaceId, entries: JSON.stringify(entries) }]
      const starts = Array.from(
        { length: Math.ceil(entries.length / ROW_CHANGES_MAX) },
        (_, nth) => nth * ROW_CHANGES_MAX,
      )
      return starts.map((start) => {
        const ofRow = entries.slice(start, start + ROW_CHANGES_MAX)
        return { workspaceId, entries: JSON.stringify(ofRow) }
      })
    })
  }
}

/** A row with one change. */
export function entriesOf(change: LoggedChange): string {
  return JSON.stringify([entryOf(change)])
}

/**
 * What is as it was created takes the least: half of all changes are so. A list, not its text: `JSON.stringify` writes all lists of a
 * row in half of the time that joining their texts takes.
 */
export function entryOf({ place, status, attempts, nextAttemptAt, updatedAt, error }: LoggedChange): ChangeEntry {
  const code = DELIVERY_STATUSES.indexOf(status)
  if (error !== undefined) return [place[0], place[1], code, attempts, nextAttemptAt, updatedAt, error]
  if (updatedAt !== null) return [place[0], place[1], code, attempts, nextAttemptAt, updatedAt]
  return nextAttemptAt === null
    ? [place[0], place[1], code, attempts]
    : [place[0], place[1], code, attempts, nextAttemptAt]
}

/** An entry of a row. */
export type ChangeEntry = readonly [
  ...ChangePlace,
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
