// Owns what is compiled and validated on the main thread: as much as a tick allows each workspace.

import { Refusal } from '@timbre/contract/errors.ts'
import type { EventLoop } from '../platform/event-loop.ts'
import { parseJson } from '../platform/json/parse-json.ts'
import { compileInParts } from './compile-schema.ts'
import type { CompiledSchema } from './compiled-schema.ts'
import type { JsonObject } from './keyword.ts'
import type { SchemaHandle } from './schema-handle.ts'
import { TickAllowance } from './tick-allowance.ts'
import { type Verdict, validate } from './validate.ts'

/** `later`: in another tick. `elsewhere`: it takes more than a tick has. */
export type InlineVerdict = Verdict | 'later' | 'elsewhere'

export class InlineSchemas {
  readonly #allowance: TickAllowance

  constructor(loop: Pick<EventLoop, 'afterTick'>) {
    this.#allowance = new TickAllowance(loop)
  }

  /** Resolves when a workspace may go on. */
  nextTick(): Promise<void> {
    return this.#allowance.nextTick()
  }

  /** Compiles the schema unless that has been done, over several ticks where it is large. Throws INVALID_EVENT_TYPE_SCHEMA. */
  async compile(workspaceId: string, handle: SchemaHandle): Promise<void> {
    if (handle.compiled === undefined) {
      handle.compiling ??= this.#compileOverTicks(workspaceId, handle.text)
      const compiled = await handle.compiling
      if (handle.compiled === undefined) handle.keep(compiled)
    }
    if (handle.compiled instanceof Refusal) throw handle.compiled
  }

  /** The verdict, the same as in a thread. Throws INVALID_EVENT_TYPE_SCHEMA. */
  validate(
    workspaceId: string,
    { compiled }: SchemaHandle,
    { value, pointer }: { readonly value: unknown; readonly pointer: string },
    stepsMax: number,
  ): InlineVerdict {
    if (compiled instanceof Refusal) throw compiled
    const allowed = this.#allowance.leftFor(workspaceId)
    if (compiled === undefined || allowed <= 0) return 'later'
    const verdict = validate(compiled, value, pointer, Math.min(allowed, stepsMax))
    this.#allowance.spend(workspaceId, verdict.steps)
    if (!verdict.isCut || stepsMax <= allowed) return verdict
    return this.#allowance.isWhole(allowed) ? 'elsewhere' : 'later'
  }

  async #compileOverTicks(workspaceId: string, text: string): Promise<CompiledSchema | Refusal> {
    try {
      // A handle is made of a document.
      const compiling = compileInParts(parseJson(text) as JsonObject)
      for (;;) {
        if (this.#allowance.leftFor(workspaceId) <= 0) await this.#allowance.nextTick()
        const part = compiling.next()
        if (part.done === true) return part.value
        this.#allowance.spend(workspaceId, part.value)
      }
    } catch (error) {
      if (error instanceof Refusal) return error
      throw error
    }
  }
}
