// Owns scratch folders inside the repository, where the SDK is found by its name as in a customer's project.
import { mkdirSync, mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const SCRATCH = fileURLToPath(new URL('../../.timbre/', import.meta.url))

/** A new empty folder that git ignores. The caller removes it. */
export function scratchFolder(): string {
  mkdirSync(SCRATCH, { recursive: true })
  return mkdtempSync(join(SCRATCH, 'scratch-'))
}
