import { expect, test } from 'vitest'
import { readConfig } from './config.ts'
import { processFacts } from './process-facts.ts'

const freeBeside = (settings: Record<string, string>, usedBytes: number) =>
  processFacts(readConfig(settings, [])).freeBytesBeside(usedBytes)

test('what PostgreSQL can still take is known where the operator said how large it may become', async () => {
  const settings = { DATABASE_URL: 'postgres://db/timbre' }
  expect(await freeBeside(settings, 1e9)).toBeNull()
  const limited = { ...settings, TIMBRE_DATABASE_CAPACITY_GB: '80' }
  expect([await freeBeside(limited, 30e9), await freeBeside(limited, 81e9)]).toEqual([50e9, 0])
})

test('of the file of SQLite the disk itself tells', async () => {
  expect(await freeBeside({ TIMBRE_DATA_DIR: '.' }, 1e15)).toBeGreaterThan(0)
})
