// Owns the guarantees of the bound on sockets: never more, nobody forgotten, and in turn.
import { expect, test } from 'vitest'
import { automaticSocketsMax, SocketBudget, type SocketUser } from './socket-budget.ts'

/** Somebody who wants so many sockets and notes in `log` when it gets one. */
function userWith(budget: SocketBudget, name: string, wanted: number, log: string[]): SocketUser {
  const user = {
    left: wanted,
    serve() {
      while (user.left > 0 && budget.take(user)) {
        user.left--
        log.push(name)
      }
    },
  }
  return user
}

test('no more are open than the bound, and who waits is served in turn', () => {
  const budget = new SocketBudget(2, () => false)
  const log: string[] = []
  for (const [name, wanted] of [
    ['a', 4],
    ['b', 1],
    ['c', 1],
  ] as const) {
    userWith(budget, name, wanted, log).serve()
  }
  expect([log.join(''), budget.open]).toEqual(['aa', 2])
  for (let nth = 0; nth < 4; nth++) {
    budget.give()
    expect(budget.open).toBe(2)
  }
  expect(log.join('')).toBe('aaabca')
  budget.give()
  budget.give()
  expect(budget.open).toBe(0)
  expect(() => budget.give()).toThrow('no more sockets')
})

test('one who is served and needs none lets the next have it', () => {
  const budget = new SocketBudget(1, () => false)
  const log: string[] = []
  const idler = userWith(budget, 'idler', 1, log) as SocketUser & { left: number }
  userWith(budget, 'first', 1, log).serve()
  idler.serve()
  userWith(budget, 'last', 1, log).serve()
  idler.left = 0
  budget.give()
  expect(log).toEqual(['first', 'last'])
})

test('what is idle is closed for who needs a socket', () => {
  const idle = [1, 2]
  const budget: SocketBudget = new SocketBudget(2, () => {
    if (idle.pop() === undefined) return false
    budget.give()
    return true
  })
  const log: string[] = []
  const users = ['a', 'b', 'c', 'd', 'e'].map((name) => userWith(budget, name, 1, log))
  for (const user of users) user.serve()
  expect([log.join(''), budget.open, idle]).toEqual(['abcd', 2, []])
  const [, , , , last] = users
  if (last === undefined) throw new Error('There are five.')
  budget.leave(last)
  budget.give()
  expect([log.join(''), budget.open]).toEqual(['abcd', 1])
})

test('sending takes what publishers and files leave of the descriptors, and no more than memory is meant for', () => {
  expect([1, 64, 1024, 1_048_576, Number.POSITIVE_INFINITY].map(automaticSocketsMax)).toEqual([1, 16, 448, 4096, 4096])
  expect(automaticSocketsMax(undefined)).toBe(448)
})
