// Owns a workspace's schema as a cache keeps it: its text, and its compiled form once it was needed here.
import type { Refusal } from '@timbre/contract/errors.ts'
import type { CompiledSchema } from './compiled-schema.ts'

export interface SchemaHandle {
  /** The document as JSON. */
  readonly text: string
  /** Undefined: not compiled here. A refusal: it cannot be. */
  compiled: CompiledSchema | Refusal | undefined
}

/** A character takes two bytes at most. */
const BYTES_PER_CHARACTER = 2
const BASE_BYTES = 500

export function makeHandle(document: object): SchemaHandle {
  return { text: JSON.stringify(document), compiled: undefined }
}

/** What a handle keeps in memory, or will once its schema has been compiled: a multiple of the text where that is not known. */
export function handleBytes({ text, compiled }: SchemaHandle): number {
  const kept = compiled !== undefined && 'bytes' in compiled ? compiled.bytes : 0
  return BASE_BYTES + text.length * BYTES_PER_CHARACTER + kept
}
