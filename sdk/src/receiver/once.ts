// Owns the guard that does the work of an event once, although deliveries come at least once.
// Must never record an id before its work has succeeded: the retry would be dropped and the event lost.

/** Where ids are remembered. An id is free, reserved (its work is being done) or done. */
export interface OnceStore {
  /**
   * Reserves a free id, in one atomic step, and says what the id was. A reservation must lapse by itself after longer
   * than the work can take: else a process that dies at work blocks its event for ever.
   */
  reserve(id: string): Promise<'free' | 'reserved' | 'done'>
  /** The work succeeded: remembers the id for longer than the service retries (about 75 hours). */
  complete(id: string): Promise<void>
  /** The work failed: frees the id, so that the next delivery does the work. */
  release(id: string): Promise<void>
}

/**
 * - `done`: the work was done now
 * - `duplicate`: it had been done before
 * - `in_progress`: somebody else is at it; ask for the event again later, because they may yet fail
 */
export type OnceResult = 'done' | 'duplicate' | 'in_progress'

/** Does the work unless it was done before under this id. Work that throws leaves the id free and the error goes on. */
export async function once(store: OnceStore, id: string, work: () => unknown): Promise<OnceResult> {
  const was = await store.reserve(id)
  switch (was) {
    case 'done':
      return 'duplicate'
    case 'reserved':
      return 'in_progress'
    case 'free':
      await doOrRelease(store, id, work)
      await store.complete(id)
      return 'done'
  }
}

async function doOrRelease(store: OnceStore, id: string, work: () => unknown): Promise<void> {
  try {
    await work()
  } catch (error) {
    await store.release(id)
    throw error
  }
}
