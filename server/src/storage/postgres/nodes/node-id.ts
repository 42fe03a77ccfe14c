// Owns the id of this node. It is kept in the data directory: a node that is started again is known as the same one.
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Random } from '../../../platform/random.ts'

export function readNodeId(dataDir: string, random: Random): string {
  const file = join(dataDir, 'node-id')
  try {
    const id = readFileSync(file, 'utf8').trim()
    if (id !== '') return id
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
  const id = Buffer.from(random.bytes(12)).toString('hex')
  // Renamed into its place: a half-written id would be another node's.
  writeFileSync(`${file}.new`, `${id}\n`, { mode: 0o600 })
  renameSync(`${file}.new`, file)
  return id
}
