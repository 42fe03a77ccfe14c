// Owns the priority of a thread. Linux has one for each; elsewhere it belongs to the process, and is left alone.
import { readlinkSync } from 'node:fs'
import { constants, getPriority, setPriority } from 'node:os'
import { basename } from 'node:path'

/**
 * Lowers the priority of the thread that calls: where there are fewer cores than threads with work, others of the process have their
 * turn first. What comes of it is speed alone, so a system that refuses is left as it is.
 * @param steps of niceness, of which each is a tenth of the share in a core that somebody else wants too
 */
export function lowerPriority(steps: number): void {
  if (process.platform !== 'linux') return
  try {
    const thread = Number(basename(readlinkSync('/proc/thread-self')))
    setPriority(thread, Math.min(getPriority(thread) + steps, constants.priority.PRIORITY_LOW))
  } catch {}
}
