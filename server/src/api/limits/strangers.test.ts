import { describe, expect, test } from 'vitest'
import { ManualClock } from '../../../../test/support/manual-clock.ts'
import { costOf, Strangers } from './strangers.ts'

function make(failuresPerMinute = 60) {
  const clock = new ManualClock()
  const warned: unknown[] = []
  const strangers = new Strangers(
    { clock, log: { warn: (fields: unknown) => void warned.push(fields) } },
    failuresPerMinute,
  )
  return { clock, warned, strangers }
}

describe('an address whose credentials fail', () => {
  test('may fail so often in a minute, and others are not counted with it', async () => {
    const { strangers, clock } = make()
    const failed = (address: string) =>
      Array.from({ length: 70 }, () => strangers.failed(address)).filter(Boolean).length
    expect(failed('192.0.2.1')).toBe(10)
    expect(strangers.failed('192.0.2.2')).toBe(false)
    expect(strangers.retryAfterSeconds('192.0.2.1')).toBe(11)
    await clock.advance(11_000)
    expect(strangers.failed('192.0.2.1')).toBe(false)
  })

  test('gets the key that failed no look-up any more, new ones at a slow pace, and one that was good before always', async () => {
    const { strangers, clock } = make()
    strangers.succeeded('in use')
    for (let nth = 0; nth < 200; nth++) strangers.failed('192.0.2.1', 'wrong')
    expect(strangers.mayLookUp('192.0.2.1', 'wrong')).toBe(false)
    const lookedUp = () =>
      Array.from({ length: 100 }, (_, n) => strangers.mayLookUp('192.0.2.1', `${n}`)).filter(Boolean)
    expect(lookedUp()).toHaveLength(20)
    await clock.advance(1000)
    expect(lookedUp()).toHaveLength(10)
    expect(strangers.mayLookUp('192.0.2.1', 'in use')).toBe(true)
    expect(strangers.mayLookUp('192.0.2.2', 'wrong')).toBe(true)
  })

  test('is warned about at most once in 10 s, with how many there were and without a key', async () => {
    const { strangers, warned, clock } = make()
    for (let nth = 0; nth < 50; nth++) strangers.failed('192.0.2.1', 'hash of a key')
    await clock.advance(10_000)
    strangers.failed('192.0.2.3')
    expect(warned).toEqual([
      { address: '192.0.2.1', failed: 1 },
      { address: '192.0.2.3', failed: 50 },
    ])
  })

  test('is not counted when there is no limit', () => {
    const { strangers } = make(0)
    for (let nth = 0; nth < 1000; nth++) expect(strangers.failed('192.0.2.1', 'wrong')).toBe(false)
    expect(strangers.mayLookUp('192.0.2.1', 'wrong')).toBe(true)
  })
})

test('answers to an address that asks for very many wait their turn, a second at most, and others do not', async () => {
  const { strangers, clock } = make()
  let answered = 0
  const ask = (address: string) => void strangers.pace(address).then(() => answered++)
  for (let nth = 0; nth < 2000; nth++) ask('192.0.2.1')
  await clock.advance(0)
  expect(answered).toBe(300)
  await clock.advance(500)
  expect(answered).toBeGreaterThanOrEqual(400)
  expect(answered).toBeLessThan(410)
  ask('192.0.2.2')
  await clock.advance(0)
  const before = answered
  await clock.advance(500)
  expect(answered).toBe(2001)
  expect(before).toBeLessThan(420)
})

test('a probe does not wait for what else its address asks for', async () => {
  const { strangers, clock } = make()
  void strangers.pace('192.0.2.1', 100_000)
  let probed = 0
  const probe = () => void strangers.paceProbe('192.0.2.1').then(() => probed++)
  for (let nth = 0; nth < 1500; nth++) probe()
  await clock.advance(0)
  expect(probed).toBe(1500)
  for (let nth = 0; nth < 500; nth++) probe()
  await clock.advance(100)
  expect(probed).toBeLessThan(1700)
  await clock.advance(500)
  expect(probed).toBe(2000)
})

test('a large response costs as many as it is long', () => {
  expect([0, 100, 16 * 1024, 1600 * 1024].map(costOf)).toEqual([1, 1, 1, 100])
})
