import type { StatisticsCounts } from '@getsupervisor/agents-studio-sdk'
import { expect, test } from 'vitest'
import { queryOfSpan, readOverviewSearch } from './span.ts'
import { wholeBuckets } from './whole-buckets.ts'

const NOTHING = { dns: null, connect: null, tls: null, firstByte: null, total: null }
const COUNTS: StatisticsCounts = {
  attempts: 3,
  succeeded: 2,
  attemptsByOutcome: { answered: 3 },
  attemptsByStatus: { 200: 2, 500: 1 },
  attemptsByPhase: {},
  deliveriesSucceeded: 2,
  deliveriesFailed: 0,
  latency: NOTHING,
}

test('a bucket in which nothing happened has its place', () => {
  const whole = wholeBuckets({
    bucket: '1h',
    since: '2026-11-29T10:00:00.000Z',
    until: '2026-11-29T13:00:00.000Z',
    total: COUNTS,
    buckets: [{ start: '2026-11-29T11:00:00.000Z', counts: COUNTS }],
  })
  expect(whole.map(({ at, counts }) => [new Date(at).getUTCHours(), counts?.attempts])).toEqual([
    [10, undefined],
    [11, 3],
    [12, undefined],
  ])
})

test('the address says how far back, and what makes no sense there is the last day', () => {
  expect(readOverviewSearch({ span: '7d' })).toEqual({ span: '7d' })
  expect(readOverviewSearch({ span: 'x' })).toEqual({})
  const now = Date.parse('2026-11-29T12:00:00.000Z')
  expect(queryOfSpan('7d', now)).toEqual({ bucket: '1h', since: '2026-11-22T12:00:00.000Z' })
})
