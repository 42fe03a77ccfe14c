// Owns chance in the simulator: one stream of numbers from one seed (sfc32). The same seed gives the same run.
// Must never be fed from outside: no clock, no Math.random.

export class Prng {
  #a: number
  #b: number
  #c: number
  #count = 1

  /** @param seed a number or a text; streams of different texts are independent */
  constructor(seed: number | string) {
    const text = String(seed)
    this.#a = hash(text, 0x9e3779b9)
    this.#b = hash(text, 0x243f6a88)
    this.#c = hash(text, 0xb7e15162)
    for (let round = 0; round < 12; round++) this.uint32()
  }

  uint32(): number {
    const sum = (this.#a + this.#b + this.#count++) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum
    this.#c |= 0
    return sum >>> 0
  }

  /** From 0 up to, but without, 1. */
  fraction(): number {
    return this.uint32() / 2 ** 32
  }

  /** From 0 up to, but without, the bound. */
  below(bound: number): number {
    return Math.floor(this.fraction() * bound)
  }

  between(low: number, high: number): number {
    return low + this.fraction() * (high - low)
  }

  /** Between two bounds, each order of magnitude as likely as another. */
  betweenMagnitudes(low: number, high: number): number {
    return low * (high / low) ** this.fraction()
  }

  chance(probability: number): boolean {
    return this.fraction() < probability
  }

  pick<T>(list: readonly [T, ...T[]] | readonly T[]): T {
    const picked = list[this.below(list.length)]
    if (picked === undefined) throw new Error('nothing to pick from')
    return picked
  }

  /** A name of the table, as likely as its weight. */
  weighted<Name extends string>(weights: Readonly<Record<Name, number>>): Name {
    const entries = Object.entries(weights) as [Name, number][] // exactly the keys of the table
    let left = this.fraction() * entries.reduce((sum, [, weight]) => sum + weight, 0)
    for (const [name, weight] of entries) {
      left -= weight
      if (left < 0) return name
    }
    throw new Error('all weights are 0')
  }
}

/** FNV-1a with a start of its own, mixed at the end. */
function hash(text: string, start: number): number {
  let value = start ^ 0x811c9dc5
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  return (value ^ (value >>> 13)) | 0
}
