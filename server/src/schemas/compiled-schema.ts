// Owns what a compiled schema is, and how much memory it keeps: caches are bounded by it.
import type { SchemaNode } from './run.ts'

export interface CompiledSchema {
  readonly root: SchemaNode
  /** What it keeps in memory, in bytes; measured, see the test beside this file. */
  readonly bytes: number
}

export interface SchemaSize {
  readonly nodes: number
  readonly checks: number
  readonly references: number
  /** In `enum` and `const`. */
  readonly values: number
  /** Of the document as text: names, values, sentences. */
  readonly textBytes: number
  readonly patternBytes: number
}

const BASE_BYTES = 2000
const NODE_BYTES = 120
const CHECK_BYTES = 200
const REFERENCE_BYTES = 120
const VALUE_BYTES = 60
/** Names in maps, values in sentences. */
const TEXT_FACTOR = 8

export function keptBytes(size: SchemaSize): number {
  return (
    BASE_BYTES +
    size.nodes * NODE_BYTES +
    size.checks * CHECK_BYTES +
    size.references * REFERENCE_BYTES +
    size.values * VALUE_BYTES +
    size.textBytes * TEXT_FACTOR +
    size.patternBytes
  )
}
