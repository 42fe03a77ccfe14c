// Owns what this process says of itself to the operator: since when it runs, where it keeps things, and by which settings.
import type { ProcessFacts } from './api/api-dependencies.ts'
import type { Config } from './config.ts'
import { systemClock } from './platform/clock.ts'
import { freeDiskBytes } from './platform/free-disk.ts'
import { settingsInSpanish } from './shown-settings.ts'

export function processFacts({ database, dataDir, settings }: Config): ProcessFacts {
  return {
    backend: database === null ? 'sqlite' : 'postgres',
    startedAt: systemClock.now(),
    settings: { en: settings, es: settingsInSpanish(settings) },
    freeBytesBeside: async (usedBytes) =>
      database === null ? freeDiskBytes(dataDir) : leftOf(database.capacityBytes, usedBytes),
  }
}

/** Of PostgreSQL's disk only the operator knows, and says so or not. */
function leftOf(capacityBytes: number | null, usedBytes: number): number | null {
  return capacityBytes === null ? null : Math.max(0, capacityBytes - usedBytes)
}
