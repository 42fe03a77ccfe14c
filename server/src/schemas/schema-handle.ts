// Owns a workspace's schema as a cache keeps it: its text, and its compiled form once it was needed here.
import type { Refusal } from '@timbre/contract/errors.ts'
import type { CompiledSchema } from './compiled-schema.ts'

/** A character takes two bytes at most. */
const BYTES_PER_CHARACTER = 2
const BASE_BYTES = 500

export class SchemaHandle {
  /** The document as JSON. */
  readonly text: string
  /** Compiling takes several ticks where a document is large; it is done once. */
  compiling: Promise<CompiledSchema | Refusal> | undefined
  #compiled: CompiledSchema | Refusal | undefined
  readonly #onGrown: (handle: SchemaHandle) => void

  /** @param onGrown called when the handle keeps more than before */
  constructor(document: object, onGrown: (handle: SchemaHandle) => void = () => {}) {
    this.text = JSON.stringify(document)
    this.#onGrown = onGrown
  }

  /** Undefined: not compiled here. A refusal: it cannot be. */
  get compiled(): CompiledSchema | Refusal | undefined {
    return this.#compiled
  }

  /** What it keeps in memory. */
  get bytes(): number {
    const kept = this.#compiled !== undefined && 'bytes' in this.#compiled ? this.#compiled.bytes : 0
    return BASE_BYTES + this.text.length * BYTES_PER_CHARACTER + kept
  }

  keep(compiled: CompiledSchema | Refusal): void {
    this.#compiled = compiled
    this.compiling = undefined
    this.#onGrown(this)
  }
}
