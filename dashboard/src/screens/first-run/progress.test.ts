import { expect, test } from 'vitest'
import { type Found, progressOf } from './progress.ts'

const NOTHING: Found = { receiver: undefined, webhook: undefined, event: undefined, deliveries: [], received: [] }
/** Of each only that it is there matters. */
const found = (fields: object): Found => ({ ...NOTHING, ...fields }) as Found

test('from nothing, the first step is next', () => {
  expect(progressOf(NOTHING)).toEqual({
    receiver: 'now',
    webhook: 'later',
    event: 'later',
    delivered: 'later',
    verified: 'later',
  })
})

test('who has a webhook needs no test receiver', () => {
  expect(progressOf(found({ webhook: {} }))).toMatchObject({ receiver: 'done', webhook: 'done', event: 'now' })
})

test('it is over once a request has arrived with the right signature', () => {
  const sent = { receiver: {}, webhook: {}, event: {} }
  const waiting = progressOf(found({ ...sent, deliveries: [{ status: 'queued' }] }))
  expect([waiting.delivered, waiting.verified]).toEqual(['now', 'later'])
  const arrived = { ...sent, deliveries: [{ status: 'success' }] }
  expect(progressOf(found({ ...arrived, received: [{ verified: null }] })).verified).toBe('now')
  expect(progressOf(found({ ...arrived, received: [{ verified: true }] })).verified).toBe('done')
})
