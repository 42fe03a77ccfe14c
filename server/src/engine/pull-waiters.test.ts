import { expect, test } from 'vitest'
import { ManualClock } from '../../../test/support/manual-clock.ts'
import { LOOK_MS, POLLS_OF_WORKSPACE_MAX, PullWaiters } from './pull-waiters.ts'

const KEY = { workspaceId: 'ours', webhookId: 'h' }

function make() {
  const clock = new ManualClock()
  const due = new Set<string>()
  const asked: string[][] = []
  const waiters = new PullWaiters({
    clock,
    storage: {
      listDuePulls: async (keys) => {
        asked.push(keys.map(({ webhookId }) => webhookId))
        return keys.map(({ webhookId }) => webhookId).filter((id) => due.has(id))
      },
    },
    onFault: (error) => {
      throw error
    },
  })
  waiters.start()
  /** Enters and waits; tells whether it was woken. */
  const wait = (key = KEY, ms = 30_000) => {
    const waiter = waiters.enter(key)
    waiter.look()
    let isBack = false
    void waiters.wait(waiter, ms).then(() => {
      isBack = true
    })
    return { waiter, isBack: () => isBack }
  }
  return { clock, due, asked, waiters, wait }
}

test('a workspace has so many polls at once, and another has its own', () => {
  const { waiters } = make()
  const entered = Array.from({ length: POLLS_OF_WORKSPACE_MAX }, (_, nth) =>
    waiters.enter({ ...KEY, webhookId: `h${nth % 3}` }),
  )
  expect(() => waiters.enter(KEY)).toThrow(expect.objectContaining({ code: 'TOO_MANY_REQUESTS' }))
  waiters.enter({ workspaceId: 'theirs', webhookId: 'x' })
  const [first] = entered
  if (first !== undefined) waiters.leave(first, false)
  waiters.enter(KEY)
})

test('one is woken for one delivery, in the order they came, and each passes on what is left', async () => {
  const { clock, waiters, wait } = make()
  const [first, second, third] = [wait(), wait(), wait()]
  const back = () => [first, second, third].map(({ isBack }) => isBack())
  waiters.wake('h')
  await clock.advance(0)
  expect(back()).toEqual([true, false, false])
  waiters.wake('h')
  await clock.advance(0)
  expect(back()).toEqual([true, true, false])
  first.waiter.look()
  second.waiter.look()
  waiters.leave(first.waiter, true)
  await clock.advance(0)
  expect(second.waiter.isWoken, 'it comes before the third').toBe(true)
  // Woken, and gone before it looked.
  waiters.leave(second.waiter, false)
  await clock.advance(0)
  expect(back()).toEqual([true, true, true])
})

test('what comes while it looks is not lost', async () => {
  const { clock, waiters, wait } = make()
  const { waiter } = wait(KEY, 0)
  waiter.look()
  waiters.wake('h')
  let isBack = false
  void waiters.wait(waiter, 30_000).then(() => {
    isBack = true
  })
  await clock.advance(0)
  expect(isBack).toBe(true)
})

test('what nobody says is found a second later, for those only that somebody waits for', async () => {
  const { clock, due, asked, waiters, wait } = make()
  const waiting = wait()
  await clock.advance(LOOK_MS)
  expect([asked.at(-1), waiting.isBack()]).toEqual([['h'], false])
  due.add('h')
  await clock.advance(LOOK_MS)
  expect(waiting.isBack()).toBe(true)
  waiters.leave(waiting.waiter, false)
  const { length } = asked
  await clock.advance(10 * LOOK_MS)
  expect(asked.length).toBe(length)
})

test('one looks again at the time at which something is due, and nothing is left behind when all have gone', async () => {
  const { clock, waiters, wait } = make()
  const waiting = wait()
  waiters.wakeIn('h', 500)
  waiters.wakeIn('h', 700)
  await clock.advance(499)
  expect(waiting.isBack()).toBe(false)
  await clock.advance(1)
  expect(waiting.isBack()).toBe(true)
  waiters.wakeIn('h', 60_000)
  waiters.leave(waiting.waiter, false)
  await waiters.stop()
  expect(clock.pending).toBe(0)
})

test('a stop ends them all, and whoever comes after it, and leaves no timer', async () => {
  const { clock, waiters, wait } = make()
  const waiting = wait()
  waiters.wakeIn('h', 60_000)
  await waiters.stop()
  expect(clock.pending).toBe(0)
  await clock.advance(0)
  expect([waiting.isBack(), waiting.waiter.isEnded, waiters.enter(KEY).isEnded]).toEqual([true, true, true])
})
