// Owns how much of the machine other programs took meanwhile: a figure measured beside them is not one of a quiet machine.
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { cpuTime, totalOf } from '../cpu-time.ts'
import { monotonicMs } from './monotonic.ts'

/** /proc/stat counts in USER_HZ, which Linux fixes at 100 for programs. */
const MICROS_PER_TICK = 10_000

export interface Busy {
  readonly atMs: number
  readonly allMicros: number
  readonly oursMicros: number
}

/** @param pids our own processes */
export function busyNow(pids: readonly number[]): Busy {
  // user nice system idle iowait irq softirq: idle and waiting for the disk are not busy.
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = (
    readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? ''
  )
    .split(/\s+/)
    .slice(1)
    .map(Number)
  return {
    atMs: monotonicMs(),
    allMicros: (user + nice + system + irq + softirq) * MICROS_PER_TICK,
    oursMicros: pids.reduce((sum, pid) => sum + totalOf(cpuTime(pid)), 0),
  }
}

/** Percent of all cores. */
export function othersPercent(before: Busy, after: Busy): number {
  const others = after.allMicros - before.allMicros - (after.oursMicros - before.oursMicros)
  return Math.max(others / 10 / (after.atMs - before.atMs) / availableParallelism(), 0)
}
