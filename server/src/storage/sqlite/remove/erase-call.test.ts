// Owns the test that what was published about an erased call is in no file of the data directory: not in a row, not in
// the space that rows left, not in the log.
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Fixture } from '../../conformance/fixture.ts'
import { openReadOnly } from '../connection/open-database.ts'
import { StorageThread } from '../thread/storage-thread.ts'

const MARKER = 'marker-7f3a91'
/** Without the marker: when a page of an index splits, SQLite leaves copies of keys in bytes that it no longer uses. */
const CALL = 'call-to-erase'

let directory: string
let fixture: Fixture
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'timbre-erase-'))
  const storage = new StorageThread({ file: join(directory, 'timbre.db'), onFault: () => {} })
  await storage.start()
  fixture = await Fixture.make(async () => ({ storage, reopen: async () => storage, destroy: () => storage.stop() }))
  await fixture.addWebhook({ ordering: 'call' })
})
afterEach(async () => {
  await fixture.destroy()
  await rm(directory, { recursive: true })
})

function filesWithMarker(): string[] {
  return readdirSync(directory).filter((file) => readFileSync(join(directory, file)).includes(MARKER))
}

/** Among thousands of other calls whose ids sort around it, small and large, so that its rows lie in pages that split. */
async function fill(): Promise<void> {
  for (let round = 0; round < 60; round++) {
    const others = Array.from({ length: 40 }, () => `call-${Math.random().toString(36).slice(2)}`)
    const calls = [...others, CALL, ...(round % 3 === 0 ? [CALL] : [])]
    const events = calls.map((callId, index) =>
      fixture.event({
        callId,
        envelope: `{"data":{"call_id":"${callId}","text":"${(callId === CALL ? MARKER : callId).repeat(index % 7 === 0 ? 900 : 9)}"}}`,
      }),
    )
    const { leased } = await fixture.accept(events)
    await fixture.record(
      ...leased.map((delivery) => {
        const isOurs = delivery.orderKey === CALL
        const attempt = fixture.attempt({ responseBody: isOurs ? `${MARKER} ${'y'.repeat(round * 100)}` : 'ok' })
        return round % 2 === 0 ? fixture.result(delivery, { attempt }) : fixture.failure(delivery, { attempt })
      }),
    )
  }
}

async function erase(): Promise<void> {
  const request = { workspaceId: fixture.workspaceId, callId: CALL, now: fixture.now, rowsMax: 100 }
  while (!(await fixture.storage.eraseCall(request)).isDone);
}

test('nothing of an erased call is left in any file', async () => {
  await fill()
  expect(filesWithMarker()).not.toEqual([])
  await erase()
  expect(await fixture.storage.truncateLog()).toBe(true)
  expect(filesWithMarker()).toEqual([])
})

test('the log is not emptied while somebody reads, without waiting for him, and is when he has ended', async () => {
  await fill()
  const reader = openReadOnly(join(directory, 'timbre.db'))
  reader.exec('BEGIN')
  reader.prepare('SELECT count(*) FROM events').get()
  await erase()
  expect(await fixture.storage.truncateLog()).toBe(false)
  reader.close()
  expect(await fixture.storage.truncateLog()).toBe(true)
  expect(filesWithMarker()).toEqual([])
})
