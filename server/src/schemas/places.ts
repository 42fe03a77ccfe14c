// Owns where the schemas of a document stand while it is compiled, and which of them a reference names.
// Must never let a reference name another document, or a value that no keyword reads as a schema.
import { refuseAt } from './keyword.ts'
import type { SchemaNode } from './run.ts'

/** A schema of the document. */
export interface Place {
  /** A JSON Pointer. */
  readonly pointer: string
  readonly node: SchemaNode
  /** Schemas that are applied to the same value. */
  readonly inPlace: Place[]
}

interface Reference {
  readonly text: string
  readonly from: Place
  /** Of the keyword. */
  readonly pointer: string
  readonly target: { node: SchemaNode | undefined }
}

export class Places {
  readonly #places = new Map<string, Place>()
  readonly #references: Reference[] = []

  get size(): number {
    return this.#places.size
  }

  get references(): number {
    return this.#references.length
  }

  get all(): Iterable<Place> {
    return this.#places.values()
  }

  find(pointer: string): Place | undefined {
    return this.#places.get(pointer)
  }

  add(place: Place): void {
    this.#places.set(place.pointer, place)
  }

  /** To be resolved when every schema has its place: references may point forward, and at themselves. */
  refer(text: string, from: Place, pointer: string): () => SchemaNode {
    const target: Reference['target'] = { node: undefined }
    this.#references.push({ text, from, pointer, target })
    // `resolve` has refused what has no target.
    return () => target.node as SchemaNode
  }

  /** Throws INVALID_EVENT_TYPE_SCHEMA for a reference that names no schema of the document. */
  resolve(): void {
    for (const { text, from, pointer, target } of this.#references) {
      const place = this.#places.get(pointerOf(text) ?? NOWHERE)
      if (place === undefined)
        refuseAt('reference', pointer, {
          en: 'must name a schema of this document, such as #/$defs/name',
          es: 'debe nombrar un esquema de este documento, como #/$defs/name',
        })
      target.node = place.node
      from.inPlace.push(place)
    }
  }
}

/** No JSON Pointer: those are empty or begin with a slash. */
const NOWHERE = 'nowhere'

/** The JSON Pointer of a fragment (RFC 6901 §6); undefined when it is not one. */
function pointerOf(reference: string): string | undefined {
  if (reference === '') return ''
  if (!reference.startsWith('#')) return undefined
  try {
    return decodeURIComponent(reference.slice(1))
  } catch {
    return undefined
  }
}
