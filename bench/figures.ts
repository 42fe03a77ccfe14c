// Owns the values of a run by name, in the order in which the names came first. Must never measure anything itself.
import type { Measurement } from './measurement.ts'

export class Figures {
  readonly #all = new Map<string, { readonly measurement: Omit<Measurement, 'values'>; readonly values: number[] }>()

  add(measurement: Omit<Measurement, 'values'>, value: number): void {
    const known = this.#all.get(measurement.name)
    if (known === undefined) this.#all.set(measurement.name, { measurement, values: [value] })
    else known.values.push(value)
  }

  measurements(): Measurement[] {
    const rank = ({ unit }: Measurement) => ['×', 'deliveries/s', 'requests/s'].indexOf(unit) >>> 0
    const all = [...this.#all.values()].map(({ measurement, values }) => ({ ...measurement, values }))
    return all.sort((a, b) => rank(a) - rank(b))
  }
}
