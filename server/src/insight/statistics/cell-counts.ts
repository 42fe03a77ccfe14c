// Owns adding up the cells of one bucket after another, for a response or to be kept: a wide range has tens of thousands of
// cells, and a map of them for each bucket costs more memory, and so time, than all the rest.
import { LATENCY_PHASES, type LatencyPhase } from '@timbre/contract/attempt-phases.ts'
import { type Cells, LATENCY_LETTERS, latencyCell } from './cells.ts'
import { BIN_BOUNDS_MS } from './latency-bins.ts'

const BINS = BIN_BOUNDS_MS.length

/** By the code of the letter that the name of a latency begins with, which no other name does: which phase in their order it is. */
const PHASE_BY_LETTER: readonly (number | undefined)[] = phasesByLetter()

const SPACE = 32
const QUOTE = 34
const DIGIT_0 = 48
const DIGIT_9 = 57
const COLON = 58

export class CellCounts {
  readonly #latencies = new Float64Array(LATENCY_PHASES.length * BINS)
  readonly #latencyTotals = new Float64Array(LATENCY_PHASES.length)
  readonly #histograms = LATENCY_PHASES.map((_, nth) => this.#latencies.subarray(nth * BINS, (nth + 1) * BINS))
  readonly #others = new Map<string, number>()

  /** All but latencies, by the name of the cell. */
  get others(): ReadonlyMap<string, number> {
    return this.#others
  }

  /** For each bin its count. Changes with what is added. */
  histogram(phase: LatencyPhase): Float64Array {
    return this.#histograms[LATENCY_PHASES.indexOf(phase)] ?? this.#latencies
  }

  /** Of all bins together. */
  latencyTotal(phase: LatencyPhase): number {
    return this.#latencyTotals[LATENCY_PHASES.indexOf(phase)] ?? 0
  }

  /**
   * Reads by characters: an object of the text takes longer than all the rest, for names that are only looked up.
   * @param text as `writeCells` writes it: no name has an escape, and every count is a whole number. Spaces around a colon are
   *   those of PostgreSQL, which wrote some itself
   * @throws Error for a name that does not end, or a bin that there is not: it would be counted as another phase's
   */
  addWritten(text: string): void {
    // Behind `{"`, and then behind each `,"`.
    for (let at = 2; at < text.length; at += 2) {
      const nameAt = at
      const phase = PHASE_BY_LETTER[text.charCodeAt(at)]
      let bin = 0
      if (phase === undefined) at = text.indexOf('"', at)
      else while (isDigit(text.charCodeAt(++at))) bin = bin * 10 + text.charCodeAt(at) - DIGIT_0
      if (text.charCodeAt(at) !== QUOTE || bin >= BINS) throw new Error('The text of these cells is damaged.')
      const nameEnd = at
      do at++
      while (text.charCodeAt(at) === COLON || text.charCodeAt(at) === SPACE)
      let count = 0
      for (; isDigit(text.charCodeAt(at)); at++) count = count * 10 + text.charCodeAt(at) - DIGIT_0
      if (phase === undefined) this.#addOther(text.slice(nameAt, nameEnd), count)
      else {
        this.#addLatency(phase * BINS + bin, count)
        this.#addLatencyTotal(phase, count)
      }
    }
  }

  addAll(more: CellCounts): void {
    for (const [name, count] of more.#others) this.#addOther(name, count)
    const latencies = more.#latencies
    // By number: an iterator would make a pair of each.
    for (let place = 0; place < latencies.length; place++) this.#addLatency(place, latencies[place] ?? 0)
    const totals = more.#latencyTotals
    for (let phase = 0; phase < totals.length; phase++) this.#addLatencyTotal(phase, totals[phase] ?? 0)
  }

  /** All that were added, by name. */
  cells(): Cells {
    const cells = new Map(this.#others)
    for (const [nth, phase] of LATENCY_PHASES.entries()) {
      for (let bin = 0; bin < BINS; bin++) {
        const count = this.#latencies[nth * BINS + bin] ?? 0
        if (count > 0) cells.set(latencyCell(phase, bin), count)
      }
    }
    return cells
  }

  clear(): void {
    this.#latencies.fill(0)
    this.#latencyTotals.fill(0)
    this.#others.clear()
  }

  #addLatency(place: number, count: number): void {
    this.#latencies[place] = (this.#latencies[place] ?? 0) + count
  }

  #addLatencyTotal(phase: number, count: number): void {
    this.#latencyTotals[phase] = (this.#latencyTotals[phase] ?? 0) + count
  }

  #addOther(name: string, count: number): void {
    this.#others.set(name, (this.#others.get(name) ?? 0) + count)
  }
}

function isDigit(code: number): boolean {
  return code >= DIGIT_0 && code <= DIGIT_9
}

function phasesByLetter(): (number | undefined)[] {
  const phases: (number | undefined)[] = []
  for (const [nth, phase] of LATENCY_PHASES.entries()) phases[LATENCY_LETTERS[phase].charCodeAt(0)] = nth
  return phases
}
