// Owns how the size of the storage is kept: as buckets of statistics, one for each hour, of no workspace and of a webhook that is none;
// and what those tell of its growth. Pure.
import { bucketStart, KEPT_SIZE_MS } from './bucket-sizes.ts'
import { readCells } from './cells.ts'
import { WHOLE_INSTANCE } from './folded-buckets.ts'

/** Where in the table of buckets the sizes are; they are removed as those are. */
export const STORAGE_SIZES = {
  workspaceId: WHOLE_INSTANCE,
  webhookId: 'storage',
  size: 'hour',
  startOf: (now: number) => bucketStart(now, KEPT_SIZE_MS.hour),
} as const

/** The name of the only cell. */
export const SIZE_CELL = 'bytes'

/** So far back, at most: what was long ago tells little of tomorrow. */
export const GROWTH_MS_MAX = 7 * KEPT_SIZE_MS.day
/** Less would multiply what happened just now. */
const GROWTH_MS_MIN = KEPT_SIZE_MS.hour

export interface MeasuredSize {
  /** Milliseconds. */
  readonly at: number
  readonly bytes: number
}

export interface StorageGrowth {
  /** Null: it is measured for too short a time. */
  readonly bytesPerDay: number | null
  /** When the first measurement was taken, to the hour; null: there is none. */
  readonly measuredSince: number | null
  /** Null: it does not grow, or one of both is not known. */
  readonly daysLeft: number | null
}

/** @param rows as `listBuckets` finds them, in no order */
export function measuredSizes(rows: readonly { readonly at: number; readonly cells: string }[]): MeasuredSize[] {
  return rows
    .map(({ at, cells }) => ({ at, bytes: new Map(readCells(cells)).get(SIZE_CELL) ?? 0 }))
    .sort((a, b) => a.at - b.at)
}

/**
 * @param sizes the oldest first
 * @param now how large it is now
 * @param freeBytes how much more it can take; null: nobody here knows
 */
export function storageGrowth(
  sizes: readonly MeasuredSize[],
  now: MeasuredSize,
  freeBytes: number | null,
): StorageGrowth {
  const [first] = sizes
  if (first === undefined) return { bytesPerDay: null, measuredSince: null, daysLeft: null }
  const spanMs = now.at - first.at
  if (spanMs < GROWTH_MS_MIN) return { bytesPerDay: null, measuredSince: first.at, daysLeft: null }
  const bytesPerDay = Math.round(((now.bytes - first.bytes) * KEPT_SIZE_MS.day) / spanMs)
  const isKnown = bytesPerDay > 0 && freeBytes !== null
  return { bytesPerDay, measuredSince: first.at, daysLeft: isKnown ? freeBytes / bytesPerDay : null }
}
