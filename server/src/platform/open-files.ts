// Owns how many files and sockets this process may have open.
import { readFileSync } from 'node:fs'

/** The limit as Linux tells it; undefined where it does not say, or says that there is none. */
export function openFilesMax(file = '/proc/self/limits'): number | undefined {
  try {
    const soft = /^Max open files +(\d+)/m.exec(readFileSync(file, 'utf8'))?.[1]
    return soft === undefined ? undefined : Number(soft)
  } catch {
    return undefined
  }
}
