// The catalogue keeps what events need, up to a bound of bytes that counts compiled schemas.
import { expect, test } from 'vitest'
import { systemClock } from '../../platform/clock.ts'
import { SystemEventLoop } from '../../platform/event-loop.ts'
import { Schemas } from '../../schemas/schemas.ts'
import { NO_OTHERS } from '../../storage/interface/other-nodes.ts'
import type { EventTypeRow } from '../../storage/storage.ts'
import { EventCatalogue } from './event-catalogue.ts'

const TYPES = 60

test('types whose compiled schemas are large push each other out, and are read again when they are needed', async () => {
  const schemas = new Schemas({ clock: systemClock, loop: new SystemEventLoop(), onThreadDeath: () => {} })
  const anyOf = Array.from({ length: 900 }, (_, index) => ({ const: index }))
  let reads = 0
  const storage = {
    async findEventType(workspaceId: string, key: string): Promise<EventTypeRow> {
      reads++
      const row = { workspaceId, key, title: '', description: '', schema: { anyOf }, example: {} }
      return { ...row, isDeprecated: false, createdAt: 0, updatedAt: 0 }
    },
  }
  const catalogue = new EventCatalogue({ storage, clock: systemClock, changes: NO_OTHERS })
  const use = async (key: string) => {
    const entry = await catalogue.find('w', key)
    expect(entry?.schema).toBeDefined()
    if (entry?.schema === undefined) return
    const value = { value: 1, text: '1', pointer: '' }
    expect(await schemas.request('w').validate(entry.schema, value)).toEqual([])
  }
  const keys = Array.from({ length: TYPES }, (_, index) => `t${index}`)
  for (const key of keys) await use(key)
  const kept = keys.filter((key) => catalogue.findKnown('w', key) !== undefined)
  // Half a MiB each, of 12.
  expect(kept.length).toBeGreaterThan(15)
  expect(kept.length).toBeLessThan(35)
  expect(kept).toEqual(keys.slice(-kept.length))
  await use('t0')
  expect(reads).toBe(TYPES + 1)
  await schemas.stop()
})
