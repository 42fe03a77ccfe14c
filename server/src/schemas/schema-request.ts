// Owns one request that publishes: its events are validated one after another, within one budget, wherever that happens.
// Must never let an event be validated before one that came earlier: which of them the budget ends at is the same each time.
import assert from 'node:assert/strict'
import { EVENT_STEPS_MAX, REQUEST_STEPS_MAX } from './bounds.ts'
import type { Finding } from './finding.ts'
import type { InlineSchemas, InlineVerdict } from './inline-schemas.ts'
import type { SchemaHandle } from './schema-handle.ts'
import type { Verdict } from './validate.ts'
import type { SchemaThreads, ThreadItem } from './worker/schema-threads.ts'

export interface ValueToValidate {
  readonly value: unknown
  /** The same as JSON, for the threads. */
  readonly text: string
  /** Begins the path of every finding. */
  readonly pointer: string
}

interface Deferred extends ThreadItem, ValueToValidate {
  readonly handle: SchemaHandle
  readonly resolve: (findings: readonly Finding[]) => void
  readonly reject: (error: unknown) => void
}

export interface SchemaPlaces {
  readonly inline: InlineSchemas
  readonly threads: SchemaThreads
}

export class SchemaRequest {
  readonly #places: SchemaPlaces
  readonly #workspaceId: string
  /** What has to wait for a tick or a thread, in order. */
  #deferred: Deferred[] = []
  #stepsLeft = REQUEST_STEPS_MAX

  constructor(places: SchemaPlaces, workspaceId: string) {
    this.#places = places
    this.#workspaceId = workspaceId
  }

  /**
   * What is wrong with a value; empty when nothing is, and behind a value with which something is. A promise only where
   * it takes longer: whoever has many values need not wait for one before asking for the next.
   * Throws INVALID_EVENT_TYPE_SCHEMA, TOO_MANY_REQUESTS.
   */
  validate(handle: SchemaHandle, value: ValueToValidate): readonly Finding[] | Promise<readonly Finding[]> {
    if (this.#deferred.length === 0) {
      const verdict = this.#inline(handle, value)
      if (typeof verdict === 'object') return this.#taken(verdict)
    }
    return new Promise((resolve, reject) => {
      this.#deferred.push({ handle, schemaText: handle.text, ...value, resolve, reject })
      // After whatever else this tick has to ask for.
      if (this.#deferred.length === 1) queueMicrotask(() => void this.#run())
    })
  }

  /** Never rejects: who asked is told. */
  async #run(): Promise<void> {
    while (this.#deferred.length > 0) {
      try {
        const verdicts = await this.#next()
        for (const verdict of verdicts) this.#deferred.shift()?.resolve(this.#taken(verdict))
        if (verdicts.some(({ findings }) => findings.length > 0)) this.#end()
      } catch (error) {
        this.#deferred.shift()?.reject(error)
        this.#end()
      }
    }
  }

  /** The verdicts of the first ones, of one at least. */
  async #next(): Promise<readonly Verdict[]> {
    const { inline, threads } = this.#places
    for (;;) {
      const [first] = this.#deferred
      assert(first !== undefined, 'there is something to validate')
      await inline.compile(this.#workspaceId, first.handle)
      const verdict = this.#inline(first.handle, first)
      if (typeof verdict === 'object') return [verdict]
      if (verdict === 'elsewhere') return threads.validate(this.#workspaceId, this.#deferred, this.#stepsLeft)
      await inline.nextTick()
    }
  }

  #inline(handle: SchemaHandle, value: ValueToValidate): InlineVerdict {
    const stepsMax = Math.min(EVENT_STEPS_MAX, this.#stepsLeft)
    return this.#places.inline.validate(this.#workspaceId, handle, value, stepsMax)
  }

  /** The request is refused already: nobody looks at what the rest would have got. */
  #end(): void {
    for (const { resolve } of this.#deferred) resolve([])
    this.#deferred = []
  }

  #taken({ steps, findings }: Verdict): readonly Finding[] {
    this.#stepsLeft -= steps
    return findings
  }
}
