// A thread that validates: its deadline, its memory, and what becomes of the order that it died of and of those that wait.
import { expect, test } from 'vitest'
import { type Clock, systemClock } from '../../platform/clock.ts'
import { REQUEST_STEPS_MAX } from '../bounds.ts'
import type { SchemaOrder } from './messages.ts'
import { SchemaThread } from './schema-thread.ts'

const orderOf = (text: string): SchemaOrder => ({
  schemas: ['{"type":"array"}'],
  items: [{ schema: 0, text, pointer: '' }],
  stepsLeft: REQUEST_STEPS_MAX,
  sliceSteps: REQUEST_STEPS_MAX,
})
const GOOD = { verdicts: [{ findings: [], isCut: false }] }

test('an order that gets no reply in time is tried once more, and then given up; the next one is served', async () => {
  const due: (() => void)[] = []
  const clock: Clock = {
    ...systemClock,
    schedule(callback) {
      due.push(callback)
      return () => {}
    },
  }
  const deaths: string[] = []
  const thread = new SchemaThread({ clock, onDeath: ({ message }) => deaths.push(message) })
  const late = thread.run('a', orderOf('[]'))
  const next = thread.run('a', orderOf('[]'))
  // The deadlines of the two tries, long before either thread has begun.
  due[0]?.()
  due[1]?.()
  expect(await late).toBeUndefined()
  expect(await next).toMatchObject(GOOD)
  expect(deaths).toEqual(['no reply within 60000 ms', 'no reply within 60000 ms'])
  await thread.stop()
})

test('an order that ends the thread is tried once more, and then given up; the next one is served', async () => {
  const deaths: Error[] = []
  const thread = new SchemaThread({ clock: systemClock, onDeath: (error) => deaths.push(error) })
  // No JSON: nothing that a request can send, and what stands for a fault of ours.
  const fatal = thread.run('a', orderOf('['))
  const next = thread.run('b', orderOf('[]'))
  expect(await fatal).toBeUndefined()
  expect(await next).toMatchObject(GOOD)
  expect(deaths).toHaveLength(2)
  await thread.stop()
})

test('a thread that is stopped leaves nobody waiting', async () => {
  const thread = new SchemaThread({ clock: systemClock, onDeath: () => {} })
  const waiting = ['a', 'b'].map((workspaceId) => thread.run(workspaceId, orderOf('[]')))
  await thread.stop()
  expect(await Promise.all(waiting)).toEqual([undefined, undefined])
})
