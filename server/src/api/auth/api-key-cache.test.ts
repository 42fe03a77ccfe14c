import { expect, test } from 'vitest'
import { ManualClock } from '../../../../test/support/manual-clock.ts'
import type { ApiKeyRow, ConfigurationChange } from '../../storage/storage.ts'
import { ApiKeyCache } from './api-key-cache.ts'

const row = (id: string): ApiKeyRow => ({
  id,
  workspaceId: 'w',
  name: id,
  scopes: ['events:write'],
  environment: 'production',
  hash: `hash of ${id}`,
  preview: '',
  createdAt: 0,
  lastUsedAt: null,
  revokedAt: null,
})

function makeCache() {
  const clock = new ManualClock()
  const rows = new Map(['a', 'b'].map((id) => [`hash of ${id}`, row(id)]))
  const feed = { isCurrent: true, tell: (_: ConfigurationChange) => {} }
  const changes = {
    isCurrent: () => feed.isCurrent,
    subscribe: (listener: typeof feed.tell) => {
      feed.tell = listener
    },
  }
  const cache = new ApiKeyCache({ storage: { findApiKey: async (hash) => rows.get(hash) }, clock, changes })
  const known = () => ['a', 'b'].filter((id) => cache.findKnown(`hash of ${id}`) !== undefined)
  const readBoth = () => Promise.all(['a', 'b'].map((id) => cache.find(`hash of ${id}`)))
  return { cache, clock, feed, known, readBoth }
}

test('a key is known until it is told that it was revoked, and no other is forgotten with it', async () => {
  const { feed, known, readBoth } = makeCache()
  await readBoth()
  expect(known()).toEqual(['a', 'b'])
  feed.tell({ kind: 'api_key', id: 'a' })
  expect(known()).toEqual(['b'])
})

test('nothing is known that was read before others were heard again', async () => {
  const { feed, known, readBoth } = makeCache()
  await readBoth()
  feed.tell({ kind: 'any' })
  expect(known()).toEqual([])
})

test('a key that is revoked while it is being read is not remembered', async () => {
  const { feed, known, readBoth } = makeCache()
  const reading = readBoth()
  feed.tell({ kind: 'api_key', id: 'a' })
  await reading
  expect(known()).toEqual([])
})

test('a copy is good for a second where others are not heard, and for ten where they are', async () => {
  const { clock, feed, known, readBoth } = makeCache()
  await readBoth()
  await clock.advance(999)
  feed.isCurrent = false
  expect(known()).toEqual(['a', 'b'])
  await clock.advance(1)
  expect(known()).toEqual([])
  feed.isCurrent = true
  await clock.advance(8_999)
  expect(known()).toEqual(['a', 'b'])
  await clock.advance(1)
  expect(known()).toEqual([])
})
