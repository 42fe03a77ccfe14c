// Owns patterns as programs for a machine that tries all ways at once (Thompson 1968, as in RE2): time is linear in the text,
// and every step of it is counted.
import type { CharacterSet } from './character-set.ts'
import type { Assertion, PatternNode } from './pattern-node.ts'

export const OPCODES = { characters: 0, split: 1, jump: 2, assert: 3, match: 4 } as const
export const ASSERTIONS: readonly Assertion[] = [
  'start',
  'end',
  'line_start',
  'line_end',
  'word_boundary',
  'no_word_boundary',
]

export interface Program {
  readonly opcodes: Uint8Array
  /** The set, the assertion, or where to go on. */
  readonly first: Int32Array
  /** Where else a split goes on. */
  readonly second: Int32Array
  readonly sets: readonly CharacterSet[]
  /** It can only match at the start of the text. */
  readonly isAnchored: boolean
}

const BYTES_PER_INSTRUCTION = 17
const BASE_BYTES = 2500

/** What a program keeps in memory. */
export function programBytes({ opcodes, sets }: Program): number {
  return BASE_BYTES + opcodes.length * BYTES_PER_INSTRUCTION + sets.reduce((sum, set) => sum + set.bytes, 0)
}

export function makeProgram(pattern: PatternNode): Program {
  const emitter = new Emitter()
  emitter.emit(pattern)
  return emitter.finish(isAnchored(pattern))
}

class Emitter {
  readonly #opcodes: number[] = []
  readonly #first: number[] = []
  readonly #second: number[] = []
  /** Copies of a repeated part share their sets. */
  readonly #sets = new Map<CharacterSet, number>()

  finish(isAnchored: boolean): Program {
    this.#add(OPCODES.match)
    return {
      opcodes: Uint8Array.from(this.#opcodes),
      first: Int32Array.from(this.#first),
      second: Int32Array.from(this.#second),
      sets: [...this.#sets.keys()],
      isAnchored,
    }
  }

  emit(node: PatternNode): void {
    switch (node.kind) {
      case 'characters':
        this.#add(OPCODES.characters, this.#setIndex(node.set))
        return
      case 'assertion':
        this.#add(OPCODES.assert, ASSERTIONS.indexOf(node.assertion))
        return
      case 'sequence':
        for (const part of node.parts) this.emit(part)
        return
      case 'choice':
        this.#emitChoice(node.branches)
        return
      case 'repeat':
        this.#emitRepeat(node.part, node.min, node.max)
        return
    }
  }

  #emitChoice(branches: readonly PatternNode[]): void {
    const jumps: number[] = []
    for (const [index, branch] of branches.entries()) {
      const isLast = index === branches.length - 1
      const split = isLast ? undefined : this.#add(OPCODES.split)
      if (split !== undefined) this.#first[split] = this.#next
      this.emit(branch)
      if (split === undefined) continue
      jumps.push(this.#add(OPCODES.jump))
      this.#second[split] = this.#next
    }
    for (const jump of jumps) this.#first[jump] = this.#next
  }

  #emitRepeat(part: PatternNode, min: number, max: number): void {
    for (let copy = 0; copy < min; copy++) this.emit(part)
    if (max === Number.POSITIVE_INFINITY) {
      const split = this.#addOptional(part)
      this.#add(OPCODES.jump, split)
      this.#second[split] = this.#next
      return
    }
    const splits: number[] = []
    for (let copy = min; copy < max; copy++) splits.push(this.#addOptional(part))
    for (const split of splits) this.#second[split] = this.#next
  }

  /** @returns the split before the part, whose second way is still to be set */
  #addOptional(part: PatternNode): number {
    const split = this.#add(OPCODES.split)
    this.#first[split] = this.#next
    this.emit(part)
    return split
  }

  get #next(): number {
    return this.#opcodes.length
  }

  #add(opcode: number, first = 0): number {
    this.#opcodes.push(opcode)
    this.#first.push(first)
    this.#second.push(0)
    return this.#opcodes.length - 1
  }

  #setIndex(set: CharacterSet): number {
    const known = this.#sets.get(set)
    if (known !== undefined) return known
    this.#sets.set(set, this.#sets.size)
    return this.#sets.size - 1
  }
}

function isAnchored(node: PatternNode): boolean {
  switch (node.kind) {
    case 'assertion':
      return node.assertion === 'start'
    case 'sequence':
      return node.parts[0] !== undefined && isAnchored(node.parts[0])
    case 'choice':
      return node.branches.every(isAnchored)
    case 'repeat':
      return node.min > 0 && isAnchored(node.part)
    case 'characters':
      return false
  }
}
