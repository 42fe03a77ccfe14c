import { expect, test } from 'vitest'
import { ManualClock } from '../../../test/support/manual-clock.ts'
import { WebhookFaultLog } from './webhook-fault-log.ts'

test('a webhook is named once a minute, however often it fails, and each for itself', async () => {
  const clock = new ManualClock()
  const lines: unknown[] = []
  const faults = new WebhookFaultLog({ clock, log: { error: (fields: object) => lines.push(fields) } })
  const error = new Error('damaged')
  for (let second = 0; second < 120; second++) {
    faults.note('a', error, 'not sent')
    faults.note('b', error, 'not sent')
    await clock.advance(1000)
  }
  const of = (webhookId: string) => ({ err: error, webhookId })
  expect(lines).toEqual([of('a'), of('b'), of('a'), of('b')])
})
