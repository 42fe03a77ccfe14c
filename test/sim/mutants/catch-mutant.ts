// Owns hunting one mutant in a process of its own.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export interface Caught {
  readonly seed: string
  /** What the checker said. */
  readonly sentence: string
}

const PLANT = fileURLToPath(new URL('plant.ts', import.meta.url))
const HUNT = fileURLToPath(new URL('hunt.ts', import.meta.url))

const TIME_MS_MAX = 900_000

/**
 * @returns null when the mutant survived all seeds, or a quarter of an hour
 * @throws Error when the mutant does not fit its file any more, or breaks it
 */
export async function catchMutant(name: string, seeds: number): Promise<Caught | null> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', PLANT, HUNT, '1', String(seeds)], {
      env: { ...process.env, MUTANT: name },
      maxBuffer: 2 ** 26,
      timeout: TIME_MS_MAX,
    })
    return JSON.parse(stdout) as Caught | null // printed by hunt.ts
  } catch (error) {
    if (error instanceof Error && 'killed' in error && error.killed === true) return null
    throw error
  }
}
