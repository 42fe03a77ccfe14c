// Owns what one batch of results adds to the statistics: for each webhook and minute the cells to be added, so that the cost of a
// delivery is a few additions in memory and a row for each webhook of the batch.
import type { OutcomeKind, Timings } from '@timbre/contract/attempt.ts'
import { LATENCY_PHASES } from '@timbre/contract/attempt-phases.ts'
import type { DeliveryStatus } from '@timbre/contract/delivery-status.ts'
import { bucketStart, MINUTE_MS } from './bucket-sizes.ts'
import { type AttemptCount, attemptCell, latencyCell } from './cells.ts'
import { binOf } from './latency-bins.ts'
import { stopFaultOf, stopPhaseOf } from './stop-phase.ts'

/** A row of the table of increments. */
export interface StatisticsIncrement {
  readonly workspaceId: string
  readonly webhookId: string
  /** The beginning of a minute, milliseconds. */
  readonly minute: number
  /** As `writeCells` writes them. */
  readonly cells: string
}

/** What of an attempt is counted. */
export interface CountedAttempt {
  readonly outcome: OutcomeKind
  readonly responseStatus: number | null
  readonly remoteAddress: string | null
  readonly durationMs: number
  readonly timings: Timings
  readonly error: string | null
}

export class StatisticsTally {
  /** By webhook: of each minute, mostly of one. */
  readonly #tallies = new Map<string, MinuteTally[]>()

  /**
   * An attempt was recorded, and with it perhaps the end of its delivery.
   * @param status what the delivery is after its attempt
   * @param endedAt milliseconds since 1970, of the end of the attempt
   */
  addAttempt(
    workspaceId: string,
    webhookId: string,
    attempt: CountedAttempt,
    status: Exclude<DeliveryStatus, 'sending'>,
    endedAt: number,
  ): void {
    const tally = this.#tallyOf(workspaceId, webhookId, bucketStart(endedAt, MINUTE_MS))
    tally.addAttempt(attempt)
    if (status === 'success') tally.successes++
    if (status === 'failed') tally.failures++
  }

  get increments(): StatisticsIncrement[] {
    return [...this.#tallies.values()].flatMap((tallies) => tallies.map((tally) => tally.increment()))
  }

  #tallyOf(workspaceId: string, webhookId: string, minute: number): MinuteTally {
    let tallies = this.#tallies.get(webhookId)
    if (tallies === undefined) {
      tallies = []
      this.#tallies.set(webhookId, tallies)
    }
    const known = tallies.find((each) => each.minute === minute)
    if (known !== undefined) return known
    const tally = new MinuteTally(workspaceId, webhookId, minute)
    tallies.push(tally)
    return tally
  }
}

/** Deliveries that ended without an attempt. */
export function failedWithoutAttempt(
  workspaceId: string,
  webhookId: string,
  failures: number,
  at: number,
): StatisticsIncrement {
  return { workspaceId, webhookId, minute: bucketStart(at, MINUTE_MS), cells: `{"failed":${failures}}` }
}

/** Beyond the greatest bin: a number names phase and bin. */
const BINS_MAX = 128
const [DNS, CONNECT, TLS, FIRST_BYTE, TOTAL] = [0, 1, 2, 3, 4]

/** Written for speed: a fresh text for each attempt would cost more than all the rest (docs/performance.md). */
class MinuteTally {
  readonly #workspaceId: string
  readonly #webhookId: string
  readonly minute: number
  successes = 0
  failures = 0
  readonly #attempts: (Omit<AttemptCount, 'count'> & { count: number })[] = []
  readonly #latencies = new Map<number, number>()

  constructor(workspaceId: string, webhookId: string, minute: number) {
    this.#workspaceId = workspaceId
    this.#webhookId = webhookId
    this.minute = minute
  }

  addAttempt(attempt: CountedAttempt): void {
    const { outcome, responseStatus: status, timings } = attempt
    const phase = stopPhaseOf(attempt)
    const fault = stopFaultOf(attempt)
    const same = this.#attempts.find(
      (each) => each.status === status && each.outcome === outcome && each.phase === phase && each.fault === fault,
    )
    if (same === undefined) this.#attempts.push({ outcome, status, phase, fault, count: 1 })
    else same.count++
    this.#addLatency(DNS, timings.dns)
    this.#addLatency(CONNECT, timings.connect)
    this.#addLatency(TLS, timings.tls)
    this.#addLatency(FIRST_BYTE, timings.firstByte)
    this.#addLatency(TOTAL, attempt.durationMs)
  }

  #addLatency(phase: number, ms: number | null): void {
    if (ms === null) return
    const name = phase * BINS_MAX + binOf(ms)
    this.#latencies.set(name, (this.#latencies.get(name) ?? 0) + 1)
  }

  increment(): StatisticsIncrement {
    const { minute } = this
    return { workspaceId: this.#workspaceId, webhookId: this.#webhookId, minute, cells: this.#cells() }
  }

  /** As `writeCells` writes them: no name has a character that JSON would escape. */
  #cells(): string {
    const cells = this.#attempts.map((attempt) => `"${attemptCell(attempt)}":${attempt.count}`)
    if (this.successes > 0) cells.push(`"success":${this.successes}`)
    if (this.failures > 0) cells.push(`"failed":${this.failures}`)
    for (const [name, count] of this.#latencies) {
      const phase = LATENCY_PHASES[Math.floor(name / BINS_MAX)] ?? 'total'
      cells.push(`"${latencyCell(phase, name % BINS_MAX)}":${count}`)
    }
    return `{${cells.join(',')}}`
  }
}
