// Owns the schemas that a thread has compiled last, within a bound of bytes.

import { LRUCache } from 'lru-cache'
import { parseJson } from '../../platform/json/parse-json.ts'
import { compileSchema } from '../compile-schema.ts'
import type { CompiledSchema } from '../compiled-schema.ts'
import type { JsonObject } from '../keyword.ts'

/** Of each of two threads; with the catalogue's some 30 MiB (api/publish/event-catalogue.ts). */
const BYTES_MAX = 8 * 1024 * 1024
const BYTES_PER_CHARACTER = 2

export class CompileCache {
  readonly #compiled = new LRUCache<string, CompiledSchema>({
    maxSize: BYTES_MAX,
    sizeCalculation: ({ bytes }, text) => bytes + BYTES_PER_CHARACTER * text.length,
  })

  /** Throws INVALID_EVENT_TYPE_SCHEMA. */
  compile(text: string): CompiledSchema {
    const known = this.#compiled.get(text)
    if (known !== undefined) return known
    // The text is that of a handle, which is made of a document.
    const compiled = compileSchema(parseJson(text) as JsonObject)
    this.#compiled.set(text, compiled)
    return compiled
  }
}
