// Owns CPU time by process and by thread, from /proc (Linux). Must never count a thread twice.
import { readdirSync, readFileSync } from 'node:fs'

/** Microseconds of CPU since its start. */
export interface CpuTime {
  /** The thread that runs HTTP, signing and sending. */
  readonly main: number
  /** The thread that writes the database; 0 in a process that has none. */
  readonly writer: number
  /** All others: garbage collection, compilation, name resolution, the reading thread. */
  readonly other: number
}

/**
 * The CPU time of a process now. `schedstat` counts nanoseconds; `stat` has the same in ticks of 10 ms.
 * The writer is the first worker: the storage thread starts it before the one that only reads. 0 of a process that has ended.
 */
export function cpuTime(pid: number): CpuTime {
  const threads = threadsOf(pid)
    .map((id) => ({ id: Number(id), ...threadTime(pid, id) }))
    .sort((a, b) => a.id - b.id)
  const main = threads.find(({ id }) => id === pid)?.micros ?? 0
  const writer = threads.find(({ name }) => name.startsWith('WorkerThread'))?.micros ?? 0
  const all = threads.reduce((sum, { micros }) => sum + micros, 0)
  return { main, writer, other: all - main - writer }
}

export function totalOf({ main, writer, other }: CpuTime): number {
  return main + writer + other
}

/** What was used from one moment to another, for each of so many. */
export function cpuTimeEach(before: CpuTime, after: CpuTime, count: number): CpuTime {
  return {
    main: (after.main - before.main) / count,
    writer: (after.writer - before.writer) / count,
    other: (after.other - before.other) / count,
  }
}

function threadsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
  } catch {
    return []
  }
}

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
