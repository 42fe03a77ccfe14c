// Owns the name of the database file in a data directory.
import { join } from 'node:path'

export function databaseFile(dataDir: string): string {
  return join(dataDir, 'timbre.db')
}
