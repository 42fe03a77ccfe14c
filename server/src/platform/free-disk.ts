// Owns how much more the disk of a directory can take.
import { statfs } from 'node:fs/promises'

/** What this user may fill. @throws Error when the directory is not there */
export async function freeDiskBytes(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory)
  return bavail * bsize
}
