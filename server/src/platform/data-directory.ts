// Owns the data directory: makes it, finds out before anything else whether it can be written to, and makes it private.
import { closeSync, fsyncSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { tightenDataDirectory } from './private-files.ts'

/**
 * Makes the directory (mode 0700) if it is missing, writes and removes a probe in it, and takes the rights of others away.
 * @param holdsData the database is in it, not elsewhere
 * @returns what others could read until now
 * @throws Error with the sentence for the operator
 */
export function prepareDataDirectory(directory: string, holdsData: boolean): readonly string[] {
  probeDirectory(directory)
  return tightenDataDirectory(directory, holdsData)
}

function probeDirectory(directory: string): void {
  const probe = join(directory, `.probe-${process.pid}`)
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    const file = openSync(probe, 'w', 0o600)
    writeSync(file, 'probe')
    fsyncSync(file)
    closeSync(file)
    rmSync(probe)
  } catch (error) {
    removeProbe(probe)
    throw new Error(
      `The data directory ${directory} cannot be written to: ${reason(error)} Set TIMBRE_DATA_DIR to another one.`,
    )
  }
}

/** Nothing can be removed where a file or a file system is in the way, and that is what is to be told then. */
function removeProbe(probe: string): void {
  try {
    rmSync(probe, { force: true })
  } catch {}
}

function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  switch (code) {
    case 'EROFS':
      return 'its file system is read-only.'
    case 'EACCES':
    case 'EPERM':
      return 'this user has no permission.'
    case 'ENOSPC':
    case 'EDQUOT':
      return 'its disk is full.'
    case 'ENOTDIR':
    case 'EEXIST':
      return 'there is a file in its place.'
    default:
      return `${error instanceof Error ? error.message : String(error)}.`
  }
}
