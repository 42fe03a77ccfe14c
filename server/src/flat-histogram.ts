// Owns a histogram without labels, counted in a flat list: that of prom-client makes objects of labels and hashes them at each observation.
import { Histogram, type HistogramConfiguration } from 'prom-client'

export class FlatHistogram extends Histogram<'le'> {
  readonly #name: string
  readonly #help: string
  readonly #bounds: readonly number[]
  /** By the first bound that is not below; the last is of what is above all bounds. */
  readonly #counts: number[]
  #sum = 0

  constructor(configuration: HistogramConfiguration<never> & { readonly buckets: number[] }) {
    super(configuration)
    this.#name = configuration.name
    this.#help = configuration.help
    this.#bounds = configuration.buckets
    this.#counts = new Array(this.#bounds.length + 1).fill(0)
  }

  /** Counts one value. */
  count(value: number): void {
    const bounds = this.#bounds
    let nth = 0
    while (nth < bounds.length && value > (bounds[nth] ?? value)) nth++
    this.#counts[nth] = (this.#counts[nth] ?? 0) + 1
    this.#sum += value
  }

  /** What the registry asks for when the metrics are read, in the form of prom-client: each bucket includes those below. */
  getForPromString() {
    let count = 0
    const buckets = this.#counts.map((own, nth) => {
      count += own
      return { metricName: `${this.#name}_bucket`, labels: { le: this.#bounds[nth] ?? '+Inf' }, value: count }
    })
    const sum = { metricName: `${this.#name}_sum`, labels: {}, value: this.#sum }
    const all = { metricName: `${this.#name}_count`, labels: {}, value: count }
    return { name: this.#name, help: this.#help, type: 'histogram', values: [...buckets, sum, all] }
  }
}
