// The schemas of workspaces as the API uses them: where they are compiled and used, in what order, and what ends them.
import type { Refusal } from '@timbre/contract/errors.ts'
import { afterAll, describe, expect, test } from 'vitest'
import { type Clock, systemClock } from '../platform/clock.ts'
import { SystemEventLoop } from '../platform/event-loop.ts'
import { EVENT_STEPS_MAX, REQUEST_STEPS_MAX } from './bounds.ts'
import { compileSchema } from './compile-schema.ts'
import type { Finding } from './finding.ts'
import { makeHandle, Schemas } from './schemas.ts'
import { validate } from './validate.ts'

const deaths: Error[] = []
const schemas = new Schemas({
  clock: systemClock,
  loop: new SystemEventLoop(),
  onThreadDeath: (error) => deaths.push(error),
})
afterAll(() => schemas.stop())

const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index))
const dataOf = (value: unknown) => ({ value, text: JSON.stringify(value), pointer: '/data' })
/** Takes some 0.5 million steps for 1,000 items: too many for one turn, and few enough for one event. */
const HEAVY = { allOf: many(100, () => ({ uniqueItems: true })) }
const ITEMS = many(1000, (index) => index)

describe('a workspace', () => {
  test('gets a verdict at once where it is cheap, and a promise of the same where it is not', async () => {
    const handle = makeHandle(HEAVY)
    const here = schemas.request('a').validate(handle, dataOf([1, 1]))
    expect(here).toHaveLength(20)
    const there = schemas.request('a').validate(handle, dataOf(ITEMS))
    expect(there).toBeInstanceOf(Promise)
    expect(await there).toEqual([])
    const wrong = [...ITEMS, 0]
    expect(await schemas.request('a').validate(handle, dataOf(wrong))).toEqual(
      validate(compileSchema(HEAVY), wrong, '/data', EVENT_STEPS_MAX).findings,
    )
  })

  test('has its large schema compiled in the thread, and refused there with the same reason', async () => {
    const fill = { description: 'x'.repeat(10_000) }
    const handle = await schemas.check('a', { ...fill, type: 'object' })
    expect(handle.compiled).toBeUndefined()
    expect(await schemas.request('a').validate(handle, dataOf('x'))).toMatchObject([{ en: 'must be object' }])
    await expect(schemas.check('a', { ...fill, $ref: '#' })).rejects.toMatchObject({
      code: 'INVALID_EVENT_TYPE_SCHEMA',
      details: { reason: 'reference_loop', findings: [{ path: '/schema' }] },
    })
  })

  test('has one budget for all events of a request, which ends at the same event each time', async () => {
    const endOf = async (): Promise<number> => {
      const request = schemas.request('b')
      const handle = makeHandle(HEAVY)
      for (let index = 0; index < 100; index++) {
        const found: readonly Finding[] = await request.validate(handle, dataOf(ITEMS))
        if (found.length > 0) return index
      }
      return -1
    }
    const { steps } = validate(compileSchema(HEAVY), ITEMS, '/data', EVENT_STEPS_MAX)
    const end = await endOf()
    expect(end).toBe(Math.floor(REQUEST_STEPS_MAX / steps))
    expect(await endOf()).toBe(end)
  })

  test('does not wait for what another has queued: the two take turns', async () => {
    const order: string[] = []
    const note = (name: string, verdict: readonly Finding[] | Promise<readonly Finding[]>) =>
      Promise.resolve(verdict).then(() => order.push(name))
    const handle = makeHandle({ description: 'x'.repeat(10_000), ...HEAVY })
    const ofA = many(20, () => note('a', schemas.request('a').validate(handle, dataOf(ITEMS))))
    const ofB = note('b', schemas.request('b').validate(handle, dataOf(ITEMS)))
    await Promise.all([...ofA, ofB])
    expect(order.indexOf('b')).toBeLessThanOrEqual(2)
  })

  test('may have a hundred waiting, and is told to come later after that', async () => {
    const handle = makeHandle({ description: 'x'.repeat(10_000), ...HEAVY })
    const all = await Promise.allSettled(many(110, () => schemas.request('c').validate(handle, dataOf(ITEMS))))
    const refused = all.filter((one) => one.status === 'rejected').map((one) => one.reason)
    // One is in the thread, a hundred wait.
    expect(refused).toHaveLength(9)
    for (const error of refused) expect(error).toMatchObject({ code: 'TOO_MANY_REQUESTS' } satisfies Partial<Refusal>)
  })

  test('never saw the thread end', () => {
    expect(deaths).toEqual([])
  })
})

test('a thread that does not answer is ended, and what it was doing gets a finding', async () => {
  const due: (() => void)[] = []
  const clock: Clock = {
    ...systemClock,
    schedule(callback) {
      due.push(callback)
      return () => {}
    },
  }
  const ended: string[] = []
  const late = new Schemas({ clock, loop: new SystemEventLoop(), onThreadDeath: ({ message }) => ended.push(message) })
  const handle = makeHandle({ description: 'x'.repeat(10_000), ...HEAVY })
  const verdict = late.request('a').validate(handle, dataOf(ITEMS))
  const other = late.request('b').validate(handle, dataOf(1))
  // The deadline of the first try, and of the second.
  due[0]?.()
  due[1]?.()
  expect(await verdict).toMatchObject([{ path: '/data', en: expect.stringContaining('could not be validated') }])
  expect(await other).toEqual([])
  expect(ended).toHaveLength(2)
  await late.stop()
})
