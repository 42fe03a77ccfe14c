// Owns the test of the promise behind a 202 at the level of the storage: what was acknowledged survives kill -9.
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../../../platform/clock.ts'
import { SystemRandom } from '../../../platform/random.ts'
import type { History } from '../../storage.ts'
import { SqliteStorage } from '../sqlite-storage.ts'

const KILLS = 4
const ACKNOWLEDGED_BEFORE_KILL = 300
const PROGRAM = fileURLToPath(new URL('../testing/accept-until-killed.ts', import.meta.url))

const workspaceId = randomUUID()
let directory: string
let file: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'timbre-crash-'))
  file = join(directory, 'timbre.db')
})
afterEach(() => rmSync(directory, { recursive: true }))

test('every event acknowledged before a kill -9 is there afterwards, with its delivery', {
  timeout: 60_000,
}, async () => {
  const acknowledged: string[] = []
  for (let kill = 0; kill < KILLS; kill++) {
    const ids = await acceptUntilKilled()
    expect(ids.length).toBeGreaterThanOrEqual(ACKNOWLEDGED_BEFORE_KILL)
    acknowledged.push(...ids)
    await checkAllThere(acknowledged)
  }
})

/** @returns the ids that the process had printed when it was killed in the middle of its work */
async function acceptUntilKilled(): Promise<string[]> {
  const child = spawn(process.execPath, [PROGRAM, file, workspaceId], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  let printed = ''
  for await (const chunk of child.stdout) {
    printed += String(chunk)
    if (printed.split('\n').length > ACKNOWLEDGED_BEFORE_KILL) child.kill('SIGKILL')
  }
  const [, signal] = await exited
  expect(signal).toBe('SIGKILL')
  // What follows the last line break was cut off by the kill.
  return printed.split('\n').slice(0, -1)
}

async function checkAllThere(acknowledged: readonly string[]): Promise<void> {
  const storage = new SqliteStorage({ file, random: new SystemRandom(), clock: systemClock })
  await storage.start()
  const events = await readAll((before) => storage.listEvents(workspaceId, {}, { limit: 250, before }))
  const deliveries = await readAll((before) => storage.listDeliveries(workspaceId, {}, { limit: 250, before }))
  await storage.stop()
  const stored = new Set(events.map(({ id }) => id))
  expect(acknowledged.filter((id) => !stored.has(id))).toEqual([])
  // One transaction: an event is there with its delivery or not at all, acknowledged or not.
  expect(deliveries.map(({ eventId }) => eventId)).toEqual(events.map(({ id }) => id))
}

async function readAll<T>(read: (before: number | null) => Promise<History<T>>): Promise<T[]> {
  const rows: T[] = []
  let before: number | null = null
  do {
    const page: History<T> = await read(before)
    rows.push(...page.rows)
    before = page.next
  } while (before !== null)
  return rows
}
