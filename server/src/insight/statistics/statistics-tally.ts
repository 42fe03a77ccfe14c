// Owns what one batch of results adds to the statistics: for each webhook and minute the cells to be added, so that the cost of a
// delivery is a few additions in memory and a row for each webhook of the batch.

import type { OutcomeKind, Timings } from '@timbre/contract/attempt.ts'
import type { DeliveryStatus } from '@timbre/contract/delivery.ts'
import { LATENCY_PHASES } from '@timbre/contract/statistics.ts'
import { bucketStart, MINUTE_MS } from './bucket-sizes.ts'
import { addToCell, attemptCell, type Cells, latencyCell, writeCells } from './cells.ts'
import { binOf } from './latency-bins.ts'
import { stopPhaseOf } from './stop-phase.ts'

/** Rows of the table of increments. */
export interface StatisticsIncrement {
  readonly workspaceId: string
  readonly webhookId: string
  /** The beginning of a minute, milliseconds. */
  readonly minute: number
  /** Written by `writeCells`. */
  readonly cells: string
}

/** What of an attempt is counted. */
export interface CountedAttempt {
  readonly outcome: OutcomeKind
  readonly responseStatus: number | null
  readonly remoteAddress: string | null
  readonly durationMs: number
  /** As JSON. */
  readonly timings: string
}

export class StatisticsTally {
  /** By workspace, webhook and minute. */
  readonly #cells = new Map<string, { readonly key: Omit<StatisticsIncrement, 'cells'>; readonly cells: Cells }>()

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
    const cells = this.#cellsOf(workspaceId, webhookId, endedAt)
    const { outcome, responseStatus, remoteAddress, durationMs } = attempt
    // Written by attemptRecord.
    const timings = JSON.parse(attempt.timings) as Timings
    const phase = stopPhaseOf({ outcome, timings, remoteAddress })
    addToCell(cells, attemptCell(outcome, responseStatus, phase), 1)
    if (status !== 'queued') addToCell(cells, status, 1)
    for (const each of LATENCY_PHASES) {
      const ms = each === 'total' ? durationMs : timings[each]
      if (ms !== null) addToCell(cells, latencyCell(each, binOf(ms)), 1)
    }
  }

  /** Deliveries ended without an attempt. */
  addEnded(workspaceId: string, webhookId: string, status: 'success' | 'failed', count: number, at: number): void {
    addToCell(this.#cellsOf(workspaceId, webhookId, at), status, count)
  }

  get increments(): StatisticsIncrement[] {
    return [...this.#cells.values()].map(({ key, cells }) => ({ ...key, cells: writeCells(cells) }))
  }

  #cellsOf(workspaceId: string, webhookId: string, at: number): Cells {
    const minute = bucketStart(at, MINUTE_MS)
    const name = `${webhookId} ${minute}`
    const known = this.#cells.get(name)
    if (known !== undefined) return known.cells
    const cells: Cells = new Map()
    this.#cells.set(name, { key: { workspaceId, webhookId, minute }, cells })
    return cells
  }
}
