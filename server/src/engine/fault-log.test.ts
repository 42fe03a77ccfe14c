// Owns the guarantee that a machine which cannot send says so, and does not flood its log.
import { expect, test } from 'vitest'
import { ManualClock } from '../../../test/support/manual-clock.ts'
import { FaultLog } from './fault-log.ts'

test('requests that cannot be sent are told at once, and then once a minute with how many they were', async () => {
  const clock = new ManualClock()
  const told: unknown[] = []
  let counted = 0
  const faults = new FaultLog({
    clock,
    log: { error: (fields: unknown) => told.push(fields) },
    metrics: { unsent: () => counted++ },
  })
  const note = (times: number) => {
    for (let nth = 0; nth < times; nth++) faults.note({ kind: 'unsent', error: 'EMFILE' })
  }
  note(5)
  expect(told).toEqual([{ cause: 'EMFILE', requests: 1 }])
  await clock.advance(59_999)
  note(2)
  await clock.advance(1)
  note(1)
  expect(told.slice(1)).toEqual([{ cause: 'EMFILE', requests: 7 }])
  expect(counted).toBe(8)
})
