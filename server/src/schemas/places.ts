// Owns where the schemas of a document stand, and which of them a reference names.
// Must never let a reference name another document, or a value that no keyword reads as a schema.
import { refuseAt } from './keyword.ts'
import type { SchemaNode } from './schema-node.ts'

interface Reference {
  readonly text: string
  readonly from: SchemaNode
  /** Of the keyword. */
  readonly pointer: string
  target: SchemaNode | undefined
}

export class Places {
  readonly #nodes = new Map<string, SchemaNode>()
  readonly #references: Reference[] = []

  get size(): number {
    return this.#nodes.size
  }

  get references(): number {
    return this.#references.length
  }

  get nodes(): Iterable<SchemaNode> {
    return this.#nodes.values()
  }

  find(pointer: string): SchemaNode | undefined {
    return this.#nodes.get(pointer)
  }

  add(node: SchemaNode): void {
    this.#nodes.set(node.pointer, node)
  }

  /** To be resolved when every schema has its place: references may point forward, and at themselves. */
  refer(text: string, from: SchemaNode, pointer: string): () => SchemaNode {
    const reference: Reference = { text, from, pointer, target: undefined }
    this.#references.push(reference)
    // `resolve` has refused what has no target.
    return () => reference.target as SchemaNode
  }

  /** Throws INVALID_EVENT_TYPE_SCHEMA for a reference that names no schema of the document. */
  resolve(): void {
    for (const reference of this.#references) {
      const pointer = pointerOf(reference.text)
      const target = pointer === undefined ? undefined : this.#nodes.get(pointer)
      if (target === undefined)
        refuseAt('reference', reference.pointer, {
          en: 'must name a schema of this document, such as #/$defs/name',
          es: 'debe nombrar un esquema de este documento, como #/$defs/name',
        })
      reference.target = target
      reference.from.inPlace.push(target)
    }
  }
}

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
