// Owns how much more the disk of a directory can take.
import { statfs } from 'node:fs'

/** What this user may fill. @throws Error when the directory is not there */
export function freeDiskBytes(directory: string): Promise<number> {
  return new Promise((resolve, reject) => {
    statfs(directory, (error, stats) => (error === null ? resolve(stats.bavail * stats.bsize) : reject(error)))
  })
}
