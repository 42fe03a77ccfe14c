// Owns the CPU time of a Timbre process by the work its threads do, from /proc (Linux).
import { readdirSync, readFileSync } from 'node:fs'

/** Microseconds of CPU. */
export interface ThreadTimes {
  readonly main: number
  readonly writer: number
  /** All sender threads together. */
  readonly senders: number
  /** Garbage collection, compilation. */
  readonly other: number
}

/** Since the start of each thread. The writer is the first worker, senders come after: nothing is listed here, so there is no reader. */
export function threadTimes(pid: number): ThreadTimes {
  const threads = readdirSync(`/proc/${pid}/task`).map((id) => ({ id: Number(id), ...threadTime(pid, id) }))
  const workers = threads.filter(({ name }) => name === 'WorkerThread').sort((a, b) => a.id - b.id)
  const main = threads.find(({ id }) => id === pid)?.micros ?? 0
  const writer = workers[0]?.micros ?? 0
  const senders = workers.slice(1).reduce((sum, { micros }) => sum + micros, 0)
  const all = threads.reduce((sum, { micros }) => sum + micros, 0)
  return { main, writer, senders, other: all - main - writer - senders }
}

export function timesEach(before: ThreadTimes, after: ThreadTimes, count: number): ThreadTimes {
  const each = (part: keyof ThreadTimes) => (after[part] - before[part]) / count
  return { main: each('main'), writer: each('writer'), senders: each('senders'), other: each('other') }
}

/** `schedstat` counts nanoseconds; `stat` has the same in ticks of 10 ms. */
function threadTime(pid: number, id: string): { readonly name: string; readonly micros: number } {
  try {
    const folder = `/proc/${pid}/task/${id}`
    const name = readFileSync(`${folder}/comm`, 'utf8').trim()
    return { name, micros: Number(readFileSync(`${folder}/schedstat`, 'utf8').split(' ')[0]) / 1000 }
  } catch {
    // A thread that ended between the listing and the reading.
    return { name: '', micros: 0 }
  }
}
