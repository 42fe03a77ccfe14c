// Owns what bench/results.json holds.
import type { Machine, Versions } from './machine.ts'
import type { Measurement } from './measurement.ts'

export interface Results {
  readonly machine: Machine
  readonly versions: Versions
  readonly commit: string
  /** Tracked files differed from the commit. */
  readonly isTreeDirty: boolean
  readonly startedAt: string
  readonly seconds: number
  readonly quick: boolean
  readonly rounds: number
  readonly measurements: readonly Measurement[]
}
