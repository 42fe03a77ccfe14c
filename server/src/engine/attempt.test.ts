import pino from 'pino'
import { expect, test } from 'vitest'
import { ManualClock } from '../../../test/support/manual-clock.ts'
import { SystemRandom } from '../platform/random.ts'
import { Attempts } from './attempt.ts'
import type { HeldDelivery } from './held-delivery.ts'
import type { Target } from './targets.ts'
import { Turns } from './turns.ts'

test('a node that is not heard of by the others waits, and neither sends nor gives back', async () => {
  const clock = new ManualClock()
  const calls: string[] = []
  const note = (call: string) => () => {
    calls.push(call)
    throw new Error('not expected')
  }
  const attempts = new Attempts(
    {
      clock,
      standing: { isHeard: () => false },
      random: new SystemRandom(),
      transport: { send: note('send'), stop: async () => {} },
      // Of the webhook only this is looked at before the sending.
      targets: { get: () => ({ isActive: true, rateLimitPerSecond: null }) as Target },
      turns: new Turns({ clock }),
      log: pino({ level: 'silent' }),
      record: note('record'),
      release: note('release'),
      onSent: note('sent'),
      onUnsent: note('unsent'),
    },
    { policy: { scheduleSeconds: [0], jitter: 0 }, timeoutMs: 15_000, userAgent: 'test' },
  )
  const delivery = { webhookId: 'a', leaseUntil: clock.now() + 60_000 } as HeldDelivery
  expect(await attempts.run(delivery)).toEqual({ kind: 'wait', waitMs: 500 })
  expect(calls).toEqual([])
})
