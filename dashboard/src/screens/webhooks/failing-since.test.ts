import type { DeliverySummary } from '@getsupervisor/agents-studio-sdk'
import { expect, test } from 'vitest'
import { failingSince } from './failing-since.ts'

const delivery = (status: DeliverySummary['status'], createdAt: string, lastError: string | null, attempts = 1) =>
  ({ status, createdAt, lastError, attempts }) as DeliverySummary

test('a webhook fails since the first delivery that failed after the last success', () => {
  const newest = [
    delivery('queued', '5', null, 0),
    delivery('queued', '4', 'refused'),
    delivery('failed', '3', 'timed out'),
    delivery('success', '2', null),
    delivery('failed', '1', 'older'),
  ]
  expect(failingSince(newest)).toEqual({ reason: 'refused', since: '3' })
})

test('a webhook whose last delivery arrived does not fail', () => {
  expect(failingSince([delivery('success', '2', null), delivery('failed', '1', 'x')])).toBeUndefined()
  expect(failingSince([])).toBeUndefined()
})
