// The threads that validate: workspaces take turns, what is quick is not behind what is not, and how much may wait.
import { afterAll, expect, test } from 'vitest'
import { systemClock } from '../../platform/clock.ts'
import { EVENT_STEPS_MAX, REQUEST_STEPS_MAX } from '../bounds.ts'
import { SchemaThreads, type ThreadItem } from './schema-threads.ts'

const deaths: Error[] = []
const threads = new SchemaThreads({ clock: systemClock, onDeath: (error) => deaths.push(error) })
afterAll(() => threads.stop())

const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index))
const schemaText = JSON.stringify({ allOf: many(100, () => ({ uniqueItems: true })) })
const itemOf = (count: number): ThreadItem => ({
  schemaText,
  text: JSON.stringify(many(count, (index) => index)),
  pointer: '',
})
/** Some 1,000 steps for each number: less and more than a slice, and more than an event may take. */
const [QUICK, SLOW, ENDLESS] = [itemOf(40), itemOf(1000), itemOf(20_000)]
const validate = (workspaceId: string, ...items: ThreadItem[]) =>
  threads.validate(workspaceId, items, REQUEST_STEPS_MAX)

test('the verdicts of several items come together, up to a slice, and one at least', async () => {
  const { length } = await validate('a', ...many(20, () => QUICK))
  expect(length).toBeGreaterThan(1)
  expect(length).toBeLessThan(20)
  expect(await validate('a', SLOW, QUICK)).toMatchObject([{ findings: [], isCut: false }])
  expect(await validate('a', ENDLESS)).toMatchObject([{ isCut: true, steps: EVENT_STEPS_MAX }])
})

test('workspaces take turns, and what is quick does not wait for what is not', async () => {
  const order: string[] = []
  const note = (name: string, item: ThreadItem) => validate(name, item).then(() => order.push(name))
  await Promise.all([...many(5, () => note('endless', ENDLESS)), ...many(20, () => note('a', QUICK)), note('b', QUICK)])
  expect(order.filter((name) => name !== 'endless').indexOf('b')).toBeLessThanOrEqual(1)
  expect(order.indexOf('b')).toBeLessThan(order.lastIndexOf('endless'))
})

test('a workspace may have a hundred waiting, and is told to come later after that', async () => {
  const all = await Promise.allSettled(many(110, () => validate('a', QUICK)))
  const refused = all.filter((one) => one.status === 'rejected').map((one) => one.reason)
  // One is in the thread, a hundred wait.
  expect(refused).toHaveLength(9)
  for (const error of refused) expect(error).toMatchObject({ code: 'TOO_MANY_REQUESTS' })
})

test('a schema that cannot be used is refused with its reason', async () => {
  const item = { ...QUICK, schemaText: '{"$ref":"#"}' }
  await expect(validate('a', item)).rejects.toMatchObject({ details: { reason: 'reference_loop' } })
})

test('no thread ended', () => {
  expect(deaths).toEqual([])
})
