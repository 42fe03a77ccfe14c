import { TRIGGERS } from '@timbre/contract/attempt.ts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type DecisionInput, decide } from './decide.ts'
import { RETRY_AFTER_MS_MAX } from './retry-policy.ts'

const now = Date.UTC(2026, 0, 1)
const policy = { scheduleSeconds: [0, 5, 300], jitter: 0.2 }

const input: fc.Arbitrary<DecisionInput> = fc.record({
  trigger: fc.constantFrom(...TRIGGERS),
  scheduledAttempts: fc.nat(5),
  succeededBefore: fc.boolean(),
  end: fc.record({
    responseStatus: fc.option(fc.integer({ min: 100, max: 599 })),
    retryAfter: fc.option(fc.constantFrom('1', '999999999', 'soon'), { nil: undefined }),
  }),
  policy: fc.constant(policy),
  now: fc.constant(now),
  chance: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
})

function always(check: (given: DecisionInput, decision: ReturnType<typeof decide>) => void): void {
  fc.assert(
    fc.property(input, (given) => {
      check(given, decide(given))
    }),
    { numRuns: 1000 },
  )
}

function failing(change: Partial<DecisionInput> = {}): ReturnType<typeof decide> {
  const end = { responseStatus: 500, retryAfter: undefined }
  return decide({
    trigger: 'automatic',
    scheduledAttempts: 0,
    succeededBefore: false,
    end,
    policy,
    now,
    chance: 0.5,
    ...change,
  })
}

describe('decide', () => {
  test('calls any 2xx a success and nothing else, unless a success was recorded before', () => {
    always(({ end, succeededBefore }, { status }) => {
      const is2xx = end.responseStatus !== null && Math.floor(end.responseStatus / 100) === 2
      expect(status === 'success').toBe(is2xx || succeededBefore)
    })
  })

  test('never plans an automatic attempt after a recorded success', () => {
    always(({ succeededBefore }, { status, nextAttemptAt }) => {
      if (succeededBefore) expect([status, nextAttemptAt]).toEqual(['success', null])
    })
  })

  test('plans a next attempt exactly when the delivery stays queued, and never in the past', () => {
    always((_, { status, nextAttemptAt }) => {
      expect(nextAttemptAt !== null).toBe(status === 'queued')
      if (nextAttemptAt !== null) expect(nextAttemptAt).toBeGreaterThanOrEqual(now)
    })
  })

  test('waits no longer than the longest delay with its jitter or the cut Retry-After', () => {
    always((_, { nextAttemptAt }) => {
      if (nextAttemptAt !== null) expect(nextAttemptAt - now).toBeLessThanOrEqual(Math.max(360_000, RETRY_AFTER_MS_MAX))
    })
  })

  test('switches the webhook off exactly at 410 and ends the delivery for good', () => {
    always(({ end, succeededBefore }, { disableWebhook, status }) => {
      expect(disableWebhook).toBe(end.responseStatus === 410 ? 'gone' : null)
      if (end.responseStatus === 410) expect(status).toBe(succeededBefore ? 'success' : 'failed')
    })
  })

  test('lets only automatic attempts use up the schedule', () => {
    always(({ trigger }, { countsForSchedule }) => expect(countsForSchedule).toBe(trigger === 'automatic'))
  })

  test('gives a test send one attempt', () => {
    always(({ trigger, succeededBefore, end }, { status }) => {
      const failed = end.responseStatus === null || end.responseStatus >= 300 || end.responseStatus < 200
      if (trigger === 'test' && !succeededBefore && failed) expect(status).toBe('failed')
    })
  })

  test('follows the schedule until it is used up', () => {
    expect(failing().nextAttemptAt).toBe(now + 5_000)
    expect(failing({ scheduledAttempts: 1 }).nextAttemptAt).toBe(now + 300_000)
    expect(failing({ scheduledAttempts: 2 })).toMatchObject({ status: 'failed', exhausted: true })
  })

  test('goes on with the schedule after a manual attempt, and ends a delivery that had used it up', () => {
    expect(failing({ trigger: 'manual', scheduledAttempts: 1 })).toMatchObject({
      status: 'queued',
      nextAttemptAt: now + 5_000,
    })
    expect(failing({ trigger: 'manual', scheduledAttempts: 3 })).toMatchObject({ status: 'failed' })
  })
})
