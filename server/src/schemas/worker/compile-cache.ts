// Owns the schemas that a thread has compiled last, within a bound of bytes.
import { LRUCache } from 'lru-cache'
import { compileSchema } from '../compile-schema.ts'
import type { CompiledSchema } from '../compiled-schema.ts'

const BYTES_MAX = 12 * 1024 * 1024

export class CompileCache {
  readonly #compiled = new LRUCache<string, CompiledSchema>({
    maxSize: BYTES_MAX,
    sizeCalculation: ({ bytes }, text) => bytes + 2 * text.length,
  })

  /** Throws INVALID_EVENT_TYPE_SCHEMA. */
  compile(text: string): CompiledSchema {
    const known = this.#compiled.get(text)
    if (known !== undefined) return known
    const compiled = compileSchema(JSON.parse(text))
    this.#compiled.set(text, compiled)
    return compiled
  }
}
