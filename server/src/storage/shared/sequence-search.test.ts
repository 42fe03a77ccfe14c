// Owns the tests of finding where a time begins.
import { expect, test } from 'vitest'
import { searchSequence, type TimedRow } from './sequence-search.ts'

function find(rows: readonly TimedRow[], at: number): { readonly seq: number; readonly asked: number } {
  const search = searchSequence(rows.at(-1)?.seq ?? 0, at)
  let asked = 0
  let step = search.next()
  for (; step.done !== true; asked++) {
    const { value } = step
    step = search.next(rows.find(({ seq }) => seq >= value))
  }
  return { seq: step.value, asked }
}

test('the first row of a time or later is found, also where rows are missing', () => {
  const rows = [3, 4, 9, 40, 41].map((seq, index) => ({ seq, at: index * 10 }))
  const found = [-5, 0, 1, 10, 15, 30, 40, 41].map((at) => rows.find(({ seq }) => seq >= find(rows, at).seq)?.at)
  expect(found).toEqual([0, 0, 10, 10, 20, 30, 40, undefined])
  expect(find([], 7).seq).toBeLessThanOrEqual(1)
})

test('ten million rows are searched with 24 questions', () => {
  const search = searchSequence(10_000_000, 6_543_210)
  let asked = 0
  let step = search.next()
  for (; step.done !== true; asked++) step = search.next({ seq: step.value, at: step.value })
  expect(step.value).toBe(6_543_210)
  expect(asked).toBeLessThanOrEqual(24)
})
