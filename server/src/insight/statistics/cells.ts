// Owns what a bucket of statistics holds: cells, each a name and a count, and their text in the tables. Two buckets are added cell by
// cell, so that sums over any borders are exact. Pure.
//
// | Name                      | Counts                                                                                |
// |---------------------------|---------------------------------------------------------------------------------------|
// | `outcome|status|phase`    | attempts: an outcome of the contract, the response's status or nothing, and for a failure without a whole response the phase in which it stopped; behind another `|`, the fault of a certificate |
// | `success`, `failed`       | ends of deliveries                                                                    |
// | a capital letter and a number | attempts by latency: the phase (LATENCY_LETTERS) and the bin (latency-bins.ts)    |
import type { OutcomeKind } from '@timbre/contract/attempt.ts'
import { type LatencyPhase, STOP_PHASES, type StopPhase } from '@timbre/contract/attempt-phases.ts'
import type { CertificateFault } from '@timbre/contract/certificate-faults.ts'

export type Cells = Map<string, number>

/** Attempts that ended the same way. */
export interface AttemptCount {
  readonly outcome: OutcomeKind
  readonly status: number | null
  /** Where a failure without a whole response stopped; null for others. */
  readonly phase: StopPhase | null
  /** What is wrong with the receiver's certificate, where that is why it failed. */
  readonly fault: CertificateFault | null
  readonly count: number
}

export const LATENCY_LETTERS: Readonly<Record<LatencyPhase, string>> = {
  dns: 'D',
  connect: 'C',
  tls: 'T',
  firstByte: 'F',
  total: 'A',
}

export function attemptCell({ outcome, status, phase, fault }: Omit<AttemptCount, 'count'>): string {
  const name = `${outcome}|${status ?? ''}|${phase ?? ''}`
  return fault === null ? name : `${name}|${fault}`
}

export function latencyCell(phase: LatencyPhase, bin: number): string {
  return LATENCY_LETTERS[phase] + bin
}

export function addToCell(cells: Cells, name: string, count: number): void {
  cells.set(name, (cells.get(name) ?? 0) + count)
}

/** Adds what `writeCells` has written. */
export function addWritten(cells: Cells, text: string): void {
  const counts = JSON.parse(text) as Record<string, number>
  // Without a list of pairs in between, which takes as long as reading the text.
  for (const name in counts) addToCell(cells, name, counts[name] ?? 0)
}

export function addCells(cells: Cells, more: Iterable<readonly [string, number]>): void {
  for (const [name, count] of more) addToCell(cells, name, count)
}

export function writeCells(cells: Cells): string {
  return JSON.stringify(Object.fromEntries(cells))
}

/** Written by `writeCells`. */
export function readCells(text: string): [string, number][] {
  return Object.entries(JSON.parse(text) as Record<string, number>)
}

/** How attempts ended, the most frequent first. */
export function attemptsOf(cells: Iterable<readonly [string, number]>): AttemptCount[] {
  const counts: AttemptCount[] = []
  for (const [name, count] of cells) {
    // Most cells are latencies: splitting each would cost more than all the rest.
    if (!name.includes('|')) continue
    const [outcome, status, phase, fault] = name.split('|')
    counts.push({
      // Written by attemptCell.
      outcome: outcome as OutcomeKind,
      status: status === '' ? null : Number(status),
      phase: STOP_PHASES.find((each) => each === phase) ?? null,
      fault: (fault as CertificateFault | undefined) ?? null,
      count,
    })
  }
  return counts.sort((a, b) => b.count - a.count)
}
