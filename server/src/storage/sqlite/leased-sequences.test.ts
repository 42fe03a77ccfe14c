import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { LeasedSequences } from './leased-sequences.ts'
import { migrate } from './migrations.ts'

function withDelivery(): LeasedSequences {
  const db = new DatabaseSync(':memory:')
  migrate(db, 1)
  db.exec(`INSERT INTO delivery_rows (workspace, seq, id, webhook, event_seq, event_key, status, "trigger", attempts,
    scheduled_attempts, created_at, updated_at, awaits_turn)
    VALUES (1, 7, 'd7', 1, 1, 'call.completed', 'sending', 'automatic', 0, 0, 1, 1, 0)`)
  return new LeasedSequences(db)
}

test('what is remembered is taken once, and what is not is looked up', () => {
  const leased = withDelivery()
  leased.remember('d7', 70)
  expect(leased.take('d7')).toBe(70)
  expect(leased.take('d7')).toBe(7)
  expect(leased.take('d8')).toBeUndefined()
})

test('memory is bounded, and what was forgotten because of it is found all the same', () => {
  const leased = withDelivery()
  leased.remember('d7', 70)
  for (let other = 0; other < 100_000; other++) leased.remember(`other-${other}`, other)
  expect(leased.take('d7')).toBe(7)
  expect(leased.take('other-99999')).toBe(99_999)
})
