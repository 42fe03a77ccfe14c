import pino from 'pino'
import { expect, test } from 'vitest'
import { ManualClock } from '../../../test/support/manual-clock.ts'
import { SystemRandom } from '../platform/random.ts'
import type { SendEnd } from '../platform/transport.ts'
import { Attempts } from './attempt.ts'
import { ErasedDeliveries, type HeldDelivery, heldEnvelope } from './held-delivery.ts'
import { signingKeys } from './signer.ts'
import type { Target } from './targets.ts'

test('a delivery whose request could not be made is released, and says nothing of its receiver', async () => {
  const calls: string[] = []
  const fail = () => {
    throw new Error('not expected')
  }
  const attempts = new Attempts(
    {
      clock: new ManualClock(),
      random: new SystemRandom(),
      transport: { send: fail, stop: async () => {} },
      targets: { get: fail },
      erased: { take: fail },
      log: pino({ level: 'silent' }),
      recorder: { record: fail },
      release: ({ id }) => calls.push(id),
      metrics: { attempted: fail },
      told: { attempted: fail },
      onUnsent: fail,
    },
    { policy: { scheduleSeconds: [0], jitter: 0 }, userAgent: 'test', timeoutMs: 15_000 },
  )
  // Of both only this is looked at before the sending.
  const delivery = { id: 'd', webhookId: 'a', envelope: heldEnvelope('{}') } as HeldDelivery
  const target = { headers: {}, keys: { supervisor: '', standard: '' }, previous: [] } as unknown as Target
  expect(await attempts.run(delivery, target)).toEqual({ kind: 'released' })
  expect(calls).toEqual(['d'])
})

/** Attempts whose transport comes to this end, and what they did, in order. */
function attemptsEnding(end: SendEnd, { isDeleted = false } = {}) {
  const clock = new ManualClock()
  const done: string[] = []
  const erased = new ErasedDeliveries(clock)
  const keys = signingKeys('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')
  // Of the webhook only this is looked at.
  const target = {
    retrySchedule: null,
    headers: {},
    url: 'https://a.example/',
    keys,
    previous: [],
  } as unknown as Target
  const attempts = new Attempts(
    {
      clock,
      random: new SystemRandom(),
      transport: { send: async () => end, stop: async () => {} },
      targets: { get: async () => (isDeleted ? undefined : target) },
      erased,
      log: pino({ level: 'silent' }),
      recorder: {
        async record({ status, attempt, disableWebhook }) {
          done.push(
            `recorded ${status} ${attempt.outcome} ${attempt.responseStatus} ${disableWebhook} ${attempt.error}`,
          )
          return true
        },
      },
      release: () => done.push('released'),
      metrics: { attempted: () => done.push('sent') },
      told: { attempted() {} },
      onUnsent: ({ error }) => done.push(`unsent ${error}`),
    },
    { policy: { scheduleSeconds: [0], jitter: 0 }, userAgent: 'test', timeoutMs: 15_000 },
  )
  const delivery = {
    id: 'd',
    webhookId: 'a',
    eventId: 'evt_1',
    eventKey: 'a.b',
    trigger: 'automatic',
    envelope: heldEnvelope('{}'),
    attempts: 0,
    scheduledAttempts: 0,
    leaseUntil: clock.now() + 60_000,
  } as HeldDelivery
  return { attempts, delivery, target, done, erased }
}

test('what this machine could not send is released, and no attempt is recorded', async () => {
  const { attempts, delivery, target, done } = attemptsEnding({ kind: 'unsent', error: 'EMFILE' })
  await attempts.run(delivery, target)
  expect(done).toEqual(['unsent EMFILE', 'released'])
})

test('what this machine could not send is refused to who asked for a test', async () => {
  const { attempts, delivery, done } = attemptsEnding({ kind: 'unsent', error: 'EMFILE' })
  await expect(attempts.runExample(delivery, { kind: 'push' })).rejects.toMatchObject({ code: 'SENDING_UNAVAILABLE' })
  expect(done).toEqual(['unsent EMFILE'])
})

test('a test whose lease does not last until its attempt has ended is not sent beside who comes by it next', async () => {
  const { attempts, delivery, done } = attemptsEnding({ kind: 'unsent', error: 'EMFILE' })
  const late = { ...delivery, leaseUntil: delivery.leaseUntil - 40_000 }
  await expect(attempts.runExample(late, { kind: 'push' })).rejects.toMatchObject({
    code: 'TEST_DELAYED',
    details: { id: delivery.eventId },
  })
  expect(done).toEqual([])
})

test('a test whose webhook was deleted meanwhile is refused with the words for a webhook that is not there', async () => {
  const { attempts, delivery, done } = attemptsEnding({ kind: 'unsent', error: 'EMFILE' }, { isDeleted: true })
  await expect(attempts.runExample(delivery, { kind: 'push' })).rejects.toMatchObject({
    code: 'WEBHOOK_NOT_FOUND',
    details: { id: delivery.webhookId },
  })
  expect(done).toEqual([])
})

test('a test is not sent whose call was erased while its webhook was being read', async () => {
  const { attempts, delivery, done, erased } = attemptsEnding({ kind: 'unsent', error: 'EMFILE' })
  const running = attempts.runExample(delivery, { kind: 'push' })
  erased.note([delivery.id])
  await expect(running).rejects.toMatchObject({ code: 'TEST_ERASED' })
  expect(done).toEqual([])
})

test.each([200, 410])('a response of status %i that did not end is a failure, and shows its status', async (status) => {
  const { attempts, delivery, target, done } = attemptsEnding({
    kind: 'timed_out',
    responseStatus: status,
    responseHeaders: {},
    responseBody: 'o',
    durationMs: 15_000,
    timings: { dns: null, connect: null, tls: null, firstByte: 1 },
    remoteAddress: null,
    error: 'Its body did not end in time.',
  })
  await attempts.run(delivery, target)
  expect(done).toEqual([
    'sent',
    `recorded failed timed_out ${status} null Status ${status} came, but not the whole response. Its body did not end in time.`,
  ])
})
