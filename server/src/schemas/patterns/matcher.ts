// Owns running a program over a text: one pass, each instruction at most once for each character.
// Must never be entered twice at once: the lists are shared by all programs of a thread.
import type { StepBudget } from '../step-budget.ts'
import { ASSERTIONS, OPCODES, type Program } from './program.ts'

const END = -1

/** Whether the pattern matches somewhere in the text. Throws OutOfSteps. */
export function matches(program: Program, text: string, budget: StepBudget): boolean {
  const machine = new Machine(program, text)
  for (;;) {
    const isMatch = machine.expand()
    budget.spend(machine.takeSteps())
    if (isMatch) return true
    if (machine.isFinished) return false
    machine.advance()
  }
}

/** Grown to the largest program: `marks` says at which position an instruction was last entered. */
const lists = {
  current: new Int32Array(0),
  pending: new Int32Array(0),
  stack: new Int32Array(0),
  marks: new Float64Array(0),
}
let position = 0

function growLists(size: number): void {
  if (lists.marks.length >= size) return
  lists.current = new Int32Array(size)
  lists.pending = new Int32Array(size + 1)
  lists.stack = new Int32Array(2 * size + 2)
  lists.marks = new Float64Array(size)
}

class Machine {
  readonly #program: Program
  readonly #text: string
  #index = 0
  #before = END
  #after: number
  /** Instructions that look at the next character. */
  #currentCount = 0
  /** Instructions to be entered at this position. */
  #pendingCount = 0
  #steps = 0

  constructor(program: Program, text: string) {
    growLists(program.opcodes.length)
    this.#program = program
    this.#text = text
    this.#after = text.codePointAt(0) ?? END
    lists.pending[this.#pendingCount++] = 0
  }

  get isFinished(): boolean {
    return this.#after === END || (this.#program.isAnchored && this.#currentCount === 0)
  }

  takeSteps(): number {
    const steps = this.#steps
    this.#steps = 0
    return steps
  }

  /** Follows splits and assertions from what is pending. True: the pattern matches. */
  expand(): boolean {
    // Never used before, by this machine or another.
    position++
    this.#currentCount = 0
    if (this.#index > 0 && !this.#program.isAnchored) lists.pending[this.#pendingCount++] = 0
    for (let index = 0; index < this.#pendingCount; index++) if (this.#enter(lists.pending[index] ?? 0)) return true
    return false
  }

  /** Goes over the next character. */
  advance(): void {
    const { first, sets } = this.#program
    this.#pendingCount = 0
    for (let index = 0; index < this.#currentCount; index++) {
      const at = lists.current[index] ?? 0
      const set = sets[first[at] ?? 0]
      if (set === undefined) continue
      this.#steps += set.steps
      if (set.has(this.#after)) lists.pending[this.#pendingCount++] = at + 1
    }
    this.#index += this.#after > 0xffff ? 2 : 1
    this.#before = this.#after
    this.#after = this.#text.codePointAt(this.#index) ?? END
  }

  #enter(start: number): boolean {
    const { opcodes, first, second } = this.#program
    let depth = 0
    lists.stack[depth++] = start
    while (depth > 0) {
      const at = lists.stack[--depth] ?? 0
      if (lists.marks[at] === position) continue
      lists.marks[at] = position
      this.#steps++
      const opcode = opcodes[at]
      if (opcode === OPCODES.match) return true
      if (opcode === OPCODES.characters) lists.current[this.#currentCount++] = at
      else if (opcode === OPCODES.jump) lists.stack[depth++] = first[at] ?? 0
      else if (opcode === OPCODES.split) {
        lists.stack[depth++] = second[at] ?? 0
        lists.stack[depth++] = first[at] ?? 0
      } else if (this.#holds(first[at] ?? 0)) lists.stack[depth++] = at + 1
    }
    return false
  }

  #holds(assertion: number): boolean {
    switch (ASSERTIONS[assertion]) {
      case 'start':
        return this.#before === END
      case 'end':
        return this.#after === END
      case 'line_start':
        return this.#before === END || isLineEnd(this.#before)
      case 'line_end':
        return this.#after === END || isLineEnd(this.#after)
      case 'word_boundary':
        return isWord(this.#before) !== isWord(this.#after)
      default:
        return isWord(this.#before) === isWord(this.#after)
    }
  }
}

function isLineEnd(codePoint: number): boolean {
  return codePoint === 0x0a || codePoint === 0x0d || codePoint === 0x2028 || codePoint === 0x2029
}

function isWord(codePoint: number): boolean {
  return (
    (codePoint >= 0x30 && codePoint <= 0x39) ||
    (codePoint >= 0x41 && codePoint <= 0x5a) ||
    codePoint === 0x5f ||
    (codePoint >= 0x61 && codePoint <= 0x7a)
  )
}
