// Owns how long the work that can wait (pruning, erasing) rests between two of its batches.
// The storage does one call after another: what is accepted or recorded meanwhile waits for one batch at most, and the
// rests leave it most of the disk's time.

/** Three parts rest to one part work: a quarter of the storage's time at most. */
const REST_PER_WORK = 3
const PAUSE_MS_MIN = 5

/** @param tookMs what the batch took, waiting for its turn included: a busy storage is left alone for longer */
export function batchPause(tookMs: number): number {
  return Math.max(tookMs * REST_PER_WORK, PAUSE_MS_MIN)
}
