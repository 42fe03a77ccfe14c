// Owns what this process says of itself to the operator: since when it runs, where it keeps things, and by which settings.
import type { ProcessFacts } from './api/api-dependencies.ts'
import type { Config } from './config.ts'
import { systemClock } from './platform/clock.ts'
import { freeDiskBytes } from './platform/free-disk.ts'

export function processFacts({ database, dataDir, settings }: Config): ProcessFacts {
  const isOurDisk = database === null
  return {
    backend: isOurDisk ? 'sqlite' : 'postgres',
    startedAt: systemClock.now(),
    settings,
    freeDiskBytes: async () => (isOurDisk ? freeDiskBytes(dataDir) : null),
  }
}
