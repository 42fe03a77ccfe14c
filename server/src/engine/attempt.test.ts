import pino from 'pino'
import { expect, test } from 'vitest'
import { ManualClock } from '../../../test/support/manual-clock.ts'
import { SystemRandom } from '../platform/random.ts'
import type { SendEnd } from '../platform/transport.ts'
import { Attempts } from './attempt.ts'
import type { HeldDelivery } from './held-delivery.ts'
import { signingKeys } from './signer.ts'
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

/** Attempts whose transport comes to this end, and what they did, in order. */
function attemptsEnding(end: SendEnd) {
  const clock = new ManualClock()
  const done: string[] = []
  const keys = signingKeys('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')
  const target = {
    isActive: true,
    rateLimitPerSecond: null,
    retrySchedule: null,
    headers: {},
    url: 'https://a.example/',
    keys,
    previousKeys: null,
    previousKeysUntil: 0,
  }
  const attempts = new Attempts(
    {
      clock,
      standing: { isHeard: () => true },
      random: new SystemRandom(),
      transport: { send: async () => end, stop: async () => {} },
      // Of the webhook only this is looked at.
      targets: { get: () => target as unknown as Target },
      turns: new Turns({ clock }),
      log: pino({ level: 'silent' }),
      record: async ({ status, attempt, disableWebhook }) => {
        done.push(`recorded ${status} ${attempt.outcome} ${attempt.responseStatus} ${disableWebhook} ${attempt.error}`)
        return true
      },
      release: () => done.push('released'),
      onSent: () => done.push('sent'),
      onUnsent: ({ error }) => done.push(`unsent ${error}`),
    },
    { policy: { scheduleSeconds: [0], jitter: 0 }, timeoutMs: 15_000, userAgent: 'test' },
  )
  const delivery = {
    id: 'd',
    webhookId: 'a',
    eventId: 'evt_1',
    eventKey: 'a.b',
    trigger: 'automatic',
    body: '{}',
    attempts: 0,
    scheduledAttempts: 0,
    leaseUntil: clock.now() + 60_000,
  } as HeldDelivery
  return { attempts, delivery, done }
}

test('what this machine could not send is released, and no attempt is recorded', async () => {
  const { attempts, delivery, done } = attemptsEnding({ kind: 'unsent', error: 'EMFILE' })
  await attempts.run(delivery)
  expect(done).toEqual(['unsent EMFILE', 'released'])
})

test('what this machine could not send is refused to who asked for a test', async () => {
  const { attempts, delivery, done } = attemptsEnding({ kind: 'unsent', error: 'EMFILE' })
  await expect(attempts.runTest(delivery)).rejects.toMatchObject({ code: 'SENDING_UNAVAILABLE' })
  expect(done).toEqual(['unsent EMFILE'])
})

test.each([200, 410])('a response of status %i that did not end is a failure, and shows its status', async (status) => {
  const { attempts, delivery, done } = attemptsEnding({
    kind: 'timed_out',
    responseStatus: status,
    responseHeaders: {},
    responseBody: 'o',
    durationMs: 15_000,
    timings: { dns: null, connect: null, tls: null, firstByte: 1 },
    remoteAddress: null,
    error: 'Its body did not end in time.',
  })
  await attempts.run(delivery)
  expect(done).toEqual([
    'sent',
    `recorded failed timed_out ${status} null Status ${status} came, but not the whole response. Its body did not end in time.`,
  ])
})
