// Owns adding up the cells of one bucket of a response. The same one counts bucket after bucket: a wide range has tens of thousands of
// cells, and a map of them for each bucket costs more memory, and so time, than all the rest.
import { LATENCY_PHASES, type LatencyPhase } from '@timbre/contract/attempt-phases.ts'
import { latencyCell } from './cells.ts'
import { BIN_BOUNDS_MS } from './latency-bins.ts'

const BINS = BIN_BOUNDS_MS.length

/** By the name of the cell: the phases one behind the other, and the bins of each. Taking a name apart costs more than all the rest. */
const LATENCY_PLACES = new Map(
  LATENCY_PHASES.flatMap((phase, nth) => BIN_BOUNDS_MS.map((_, bin) => [latencyCell(phase, bin), nth * BINS + bin])),
)

export class CellCounts {
  readonly #latencies = new Float64Array(LATENCY_PHASES.length * BINS)
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

  /** @param text as `writeCells` writes it */
  addWritten(text: string): void {
    const counts = JSON.parse(text) as Record<string, number>
    // Without a list of pairs in between, which takes as long as reading the text.
    for (const name in counts) {
      const place = LATENCY_PLACES.get(name)
      const count = counts[name] ?? 0
      if (place === undefined) this.#addOther(name, count)
      else this.#addLatency(place, count)
    }
  }

  addAll(more: CellCounts): void {
    for (const [name, count] of more.#others) this.#addOther(name, count)
    const latencies = more.#latencies
    // By number: an iterator would make a pair of each.
    for (let place = 0; place < latencies.length; place++) this.#addLatency(place, latencies[place] ?? 0)
  }

  clear(): void {
    this.#latencies.fill(0)
    this.#others.clear()
  }

  #addLatency(place: number, count: number): void {
    this.#latencies[place] = (this.#latencies[place] ?? 0) + count
  }

  #addOther(name: string, count: number): void {
    this.#others.set(name, (this.#others.get(name) ?? 0) + count)
  }
}
