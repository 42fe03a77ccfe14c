// Event types whose stored schema cannot be used any more are named after a start, and only those.
import { expect, test } from 'vitest'
import { systemClock } from './platform/clock.ts'
import { SystemEventLoop } from './platform/event-loop.ts'
import { Schemas } from './schemas/schemas.ts'
import type { EventTypeRow } from './storage/storage.ts'
import { StoredSchemas } from './stored-schemas.ts'

test('a schema that cannot be used any more is named with its workspace, its key and the reason', async () => {
  const rowOf = (index: number): EventTypeRow => ({
    workspaceId: 'w1',
    key: `t${String(index).padStart(2, '0')}`,
    title: '',
    description: '',
    schema: index === 12 ? { properties: { a: { $ref: '#/properties/a' } } } : { type: 'object' },
    example: {},
    isDeprecated: false,
    createdAt: 0,
    updatedAt: 0,
  })
  const rows = Array.from({ length: 25 }, (_, index) => rowOf(index))
  const storage = {
    scanEventTypes: async (after: Pick<EventTypeRow, 'key'> | null, limit: number) =>
      rows.filter(({ key }) => after === null || key > after.key).slice(0, limit),
  }
  const said: object[] = []
  const schemas = new Schemas({
    clock: systemClock,
    loop: new SystemEventLoop(),
    onThreadDeath: (error) => said.push(error),
  })
  const log = { warn: (fields: object) => said.push(fields), error: (fields: object) => said.push(fields) }
  // The log of pino has more forms than these two take.
  const stored = new StoredSchemas({ storage, schemas, clock: systemClock, log: log as never })
  for (let waitMs = 0; waitMs !== Number.POSITIVE_INFINITY; ) waitMs = await stored.runOnce()
  await schemas.stop()
  expect(said).toEqual([
    {
      workspaceId: 'w1',
      eventType: 't12',
      reason: 'reference_loop',
      findings: [expect.objectContaining({ path: '/schema/properties/a' })],
    },
  ])
})
