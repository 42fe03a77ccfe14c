// Owns what a receiver says on its console when a request is refused and nobody has asked to be told.
// Must never let whoever sends nonsense fill a log, nor repeat what was sent.
import { now, warn } from '../runtime.ts'
import type { SignatureError } from './signature-error.ts'

const EVERY_MS = 1000

/** An `onRefused` that writes at most one line a second, with the number of those that got none. */
export function refusalLog(): (error: SignatureError) => void {
  let saidAt = Number.NEGATIVE_INFINITY
  let unsaid = 0
  return ({ code, message }) => {
    const time = now()
    // A clock that was set back is not waited for.
    if (Math.abs(time - saidAt) < EVERY_MS) {
      unsaid++
      return
    }
    warn(`A webhook request was refused with ${code}: ${message}${unsaid === 0 ? '' : ` (${unsaid} more before it)`}`)
    saidAt = time
    unsaid = 0
  }
}
