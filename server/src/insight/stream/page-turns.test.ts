// Owns the guarantee that catching up leaves the machine to the others.
import { expect, test } from 'vitest'
import { ManualClock } from '../../../../test/support/manual-clock.ts'
import { PageTurns } from './page-turns.ts'

const PAGE_MS = 10

test('however many want a page, two are read at once, and each is followed by a rest of as long', async () => {
  const clock = new ManualClock()
  const turns = new PageTurns({ clock })
  let [reading, most, read] = [0, 0, 0]
  const page = async () => {
    most = Math.max(most, ++reading)
    await new Promise<void>((resolve) => clock.schedule(resolve, PAGE_MS))
    reading--
    read++
  }
  const all = Promise.all(Array.from({ length: 100 }, () => turns.run('w', page)))
  await clock.advance(50 * PAGE_MS)
  expect(read).toBeLessThanOrEqual(50)
  await clock.advance(50 * PAGE_MS)
  expect(most).toBe(2)
  expect(read).toBe(100)
  await all
})
