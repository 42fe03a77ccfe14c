// Owns what a running Timbre says and shows of itself: metrics, memory, bytes written, commits.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TimbreProcess } from '../test/support/timbre-process.ts'

/** Deliveries that were recorded as delivered. */
export function deliveredCount(timbre: TimbreProcess): Promise<number> {
  return metric(timbre, /^timbre_deliveries_ended_total\{[^}]*"success"[^}]*\} (\d+)/m)
}

/** Attempts that were made, whatever came of them. */
export async function attemptCount(timbre: TimbreProcess): Promise<number> {
  const text = await (await fetch(`${timbre.address}/metrics`)).text()
  return [...text.matchAll(/^timbre_attempts_total(?:\{[^}]*\})? (\d+)/gm)].reduce(
    (sum, [, count]) => sum + Number(count),
    0,
  )
}

export function prunedCount(timbre: TimbreProcess): Promise<number> {
  return metric(timbre, /^timbre_events_pruned_total (\d+)/m)
}

/** MiB. */
export function residentMiB(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
}

/** Bytes that the process gave to the disk. */
export function writtenBytes(pid: number): number {
  return Number(/^write_bytes: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1])
}

/** Transactions: SQLite counts them in `iChange` of the index of its log, bytes 8 to 11 (sqlite.org/walformat.html §2.1). */
export function commitCount(timbre: TimbreProcess): number {
  return readFileSync(join(timbre.dataDir, 'timbre.db-shm')).readUInt32LE(8)
}

async function metric(timbre: TimbreProcess, pattern: RegExp): Promise<number> {
  const text = await (await fetch(`${timbre.address}/metrics`)).text()
  return Number(pattern.exec(text)?.[1] ?? 0)
}
