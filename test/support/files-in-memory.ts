// Owns where the tests of a run keep their files: in memory where there is enough, so that no disk that others use, too, makes them
// late. What runs at length keeps them on the disk, and so do the crash, cluster and load tests.
import { chmodSync, mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

const MEMORY = '/dev/shm'
const NAME = 'timbre-tests-'
/** Linux, include/uapi/linux/magic.h */
const TMPFS_MAGIC = 0x01021994
/** A run has some hundred MB at once; it takes more only where it forgets something. */
const FREE_BYTES_MIN = 4e9

/** Processes of the run ask `os.tmpdir()`. Whoever has set TMPDIR knows better. */
export default function setup({ vitest }: TestProject): (() => void) | undefined {
  const isLong = vitest.projects.some(({ name }) => name.startsWith('long')) || process.env['HOSTILE_LOAD'] === 'full'
  if (isLong || process.env['TMPDIR'] !== undefined || !isRoomInMemory()) return undefined
  removeForgotten()
  const directory = mkdtempSync(join(MEMORY, `${NAME}${process.pid}-`))
  // PostgreSQL runs as somebody else where the tests run as root.
  chmodSync(directory, 0o755)
  process.env['TMPDIR'] = directory
  console.log(`Files of this run: in memory, ${directory}`)
  return () => rmSync(directory, { recursive: true, force: true })
}

/** Of runs that were killed: memory that nobody gives back. */
function removeForgotten(): void {
  for (const name of readdirSync(MEMORY)) {
    const pid = Number(name.startsWith(NAME) ? name.slice(NAME.length).split('-')[0] : Number.NaN)
    if (pid > 0 && !isRunning(pid)) rmSync(join(MEMORY, name), { recursive: true, force: true })
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function isRoomInMemory(): boolean {
  try {
    const { type, bavail, bsize } = statfsSync(MEMORY)
    return type === TMPFS_MAGIC && bavail * bsize >= FREE_BYTES_MIN
  } catch {
    return false
  }
}
