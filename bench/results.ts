// Owns what bench/results.json holds, and how it is written.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
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

/** More digits than these are noise. */
const DIGITS = 5

/** Writes it as the formatter wants it, because it is kept with the code. */
export function writeResults(file: string, results: Results): void {
  const rounded = (_: string, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(DIGITS)) : value)
  writeFileSync(file, `${JSON.stringify(results, rounded, 2)}\n`)
  const biome = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome')
  execFileSync(process.execPath, [biome, 'format', '--write', file], { stdio: 'ignore' })
}
