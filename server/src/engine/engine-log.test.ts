// Owns what the engine's lines in the log say, and that they say no more.
import type { SkippedWebhook } from '@timbre/contract/event.ts'
import { describe, expect, test } from 'vitest'
import { makeLog } from '../platform/log.ts'
import type { Outcome } from '../platform/transport.ts'
import type { AcceptRequest, AcceptResult } from '../storage/storage.ts'
import { type ActivityLevel, EngineLog } from './engine-log.ts'
import type { HeldDelivery } from './held-delivery.ts'
import { heldEnvelope } from './held-delivery.ts'

function logging(level: string, activityLevel?: ActivityLevel) {
  const lines: Record<string, unknown>[] = []
  const log = makeLog({ level, destination: { write: (line) => void lines.push(JSON.parse(line)) } })
  return { told: new EngineLog(log, activityLevel), lines }
}

const WEBHOOK = { id: 'w1', workspaceId: 's1', url: 'https://a.test/?token=hush', lastFailureAt: 0, warnedPercent: 0 }
// Only what the log reads; a whole delivery has twenty members more.
const DELIVERY = {
  id: 'd1',
  webhookId: 'w1',
  eventId: 'evt_1',
  eventKey: 'call.completed',
  attempts: 2,
  envelope: heldEnvelope('hush'),
} as HeldDelivery
const OUTCOME = {
  kind: 'answered',
  responseStatus: 503,
  responseBody: 'hush',
  durationMs: 12.4,
  error: null,
} as Outcome
const DECISION = {
  status: 'queued',
  nextAttemptAt: 0,
  countsForSchedule: true,
  disableWebhook: null,
  exhausted: false,
} as const
const BATCH = [
  { workspaceId: 's1', events: [{ id: 'evt_1', type: 'call.completed', body: 'hush' }] },
] as unknown as readonly AcceptRequest[]
const ACCEPTED = [
  { kind: 'accepted', events: [{ deliveryCount: 3, duplicate: false }] },
] as unknown as readonly AcceptResult[]

describe("the engine's log", () => {
  test('says which webhook keeps failing, is disabled and why, has recovered', () => {
    const { told, lines } = logging('info')
    told.evaluated({ ...WEBHOOK, failingSince: 0 }, { kind: 'failing', percent: 70 })
    told.evaluated({ ...WEBHOOK, failingSince: 0 }, { kind: 'disabled' })
    told.evaluated({ ...WEBHOOK, failingSince: null }, { kind: 'recovered' })
    told.gone('w1')
    const since = '1970-01-01T00:00:00.000Z'
    expect(lines).toMatchObject([
      {
        level: 'warn',
        msg: 'a webhook keeps failing',
        webhookId: 'w1',
        workspaceId: 's1',
        percent: 70,
        failingSince: since,
      },
      { level: 'warn', msg: 'a webhook is disabled', webhookId: 'w1', reason: 'failing', failingSince: since },
      { level: 'info', msg: 'a webhook has recovered', webhookId: 'w1' },
      { level: 'warn', msg: 'a webhook is disabled', webhookId: 'w1', reason: 'gone' },
    ])
    expect(JSON.stringify(lines)).not.toContain('hush')
  })

  test('says which background step failed', () => {
    const { told, lines } = logging('info')
    told.fault(new Error('no disk'), 'pruner')
    expect(lines).toMatchObject([{ level: 'error', loop: 'pruner', err: { message: 'no disk' } }])
  })

  test('says what a sweep removed, and nothing of one that removed nothing', () => {
    const { told, lines } = logging('info')
    told.swept({ events: 0, deliveries: 0, attempts: 0 })
    told.swept({ events: 2, deliveries: 3, attempts: 4 })
    expect(lines).toMatchObject([{ level: 'info', events: 2, deliveries: 3, attempts: 4 }])
  })

  test('says why nobody gets an event', () => {
    const published = (skipped: readonly SkippedWebhook[] | undefined) => {
      const { told, lines } = logging('debug')
      const events = [{ deliveryCount: 0, duplicate: false, ...(skipped === undefined ? {} : { skipped }) }]
      told.accepted(BATCH, [{ kind: 'accepted', events }] as unknown as readonly AcceptResult[])
      return lines[0]
    }
    expect(published([])).toMatchObject({
      msg: 'published, and no webhook gets it',
      why: 'the workspace has no webhook',
    })
    const [w1, w2, w3] = ['w1', 'w2', 'w3'].map((webhookId) => ({ webhookId, reason: 'no_subscription' as const }))
    const some = [{ webhookId: 'w0', reason: 'other_agent' as const }, w1, w2, w3].filter((one) => one !== undefined)
    expect(published(some)).toMatchObject({ why: 'other_agent: w0; no_subscription: w1, w2, w3' })
    expect(published(undefined)).toMatchObject({ msg: 'published' })
  })

  test('has each event and each attempt at debug, in development at info, and else not at all', () => {
    for (const [level, activityLevel] of [
      ['debug', 'debug'],
      ['info', 'info'],
    ] as const) {
      const { told, lines } = logging(level, activityLevel)
      told.accepted(BATCH, ACCEPTED)
      told.attempted(DELIVERY, OUTCOME, DECISION)
      expect(lines).toMatchObject([
        { level, msg: 'published', eventId: 'evt_1', type: 'call.completed', deliveryCount: 3, duplicate: false },
        {
          level,
          msg: 'attempted',
          deliveryId: 'd1',
          attempt: 3,
          responseStatus: 503,
          durationMs: 12,
          status: 'queued',
        },
      ])
      expect(JSON.stringify(lines)).not.toContain('hush')
    }
    const { told, lines } = logging('info')
    told.accepted(BATCH, ACCEPTED)
    told.attempted(DELIVERY, OUTCOME, DECISION)
    expect(lines).toEqual([])
  })
})
