// The schemas of workspaces as the API uses them: where they are compiled and used, in what order, and what ends them.
import { afterAll, describe, expect, test } from 'vitest'
import { systemClock } from '../platform/clock.ts'
import { SystemEventLoop } from '../platform/event-loop.ts'
import { EVENT_STEPS_MAX, REQUEST_STEPS_MAX } from './bounds.ts'
import { compileSchema } from './compile-schema.ts'
import type { Finding } from './finding.ts'
import { SchemaHandle, Schemas } from './schemas.ts'
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
    const handle = await schemas.check('a', HEAVY)
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

  test('has its large schema compiled in several turns, and refused with the reason', async () => {
    const fill = { $defs: Object.fromEntries(many(900, (index) => [`d${index}`, { type: 'string' }])) }
    const handle = await schemas.check('a', { ...fill, type: 'object' })
    expect(await schemas.request('a').validate(handle, dataOf('x'))).toMatchObject([{ en: 'must be an object' }])
    await expect(schemas.check('a', { ...fill, $ref: '#' })).rejects.toMatchObject({
      code: 'INVALID_EVENT_TYPE_SCHEMA',
      details: { reason: 'reference_loop', findings: [{ path: '/schema' }] },
    })
  })

  test('has one budget for all events of a request, which ends at the same event each time', async () => {
    const endOf = async (): Promise<number> => {
      const request = schemas.request('b')
      const handle = new SchemaHandle(HEAVY)
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

  test('has the events of a batch validated in order, however many at once, up to the first that is wrong', async () => {
    const request = schemas.request('d')
    const handle = new SchemaHandle(HEAVY)
    const good = dataOf(ITEMS)
    const wrong = dataOf([1, 1])
    const all = await Promise.all([good, good, wrong, wrong, good].map((value) => request.validate(handle, value)))
    expect(all.map((findings) => findings.length)).toEqual([0, 0, 20, 0, 0])
  })

  test('with a small event is served before all that another has begun', async () => {
    const order: string[] = []
    const note = (name: string, verdict: readonly Finding[] | Promise<readonly Finding[]>) =>
      Promise.resolve(verdict).then(() => order.push(name))
    const heavy = await schemas.check('a', HEAVY)
    const small = new SchemaHandle({ type: 'array' })
    const ofA = many(20, () => note('a', schemas.request('a').validate(heavy, dataOf(ITEMS))))
    const ofB = many(5, () => note('b', schemas.request('b').validate(small, dataOf([1, 2]))))
    await Promise.all([...ofA, ...ofB])
    expect(order.slice(0, 5)).toEqual(['b', 'b', 'b', 'b', 'b'])
  })

  test('never saw the thread end', () => {
    expect(deaths).toEqual([])
  })
})
