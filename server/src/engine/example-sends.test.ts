import { expect, test } from 'vitest'
import type { AcceptResult } from '../storage/storage.ts'
import { ExampleSends } from './example-sends.ts'

function make() {
  let refused = 0
  const ends: ((result: AcceptResult) => void)[] = []
  const never = () => Promise.reject(new Error('nothing was to come so far'))
  const tests = new ExampleSends({
    accept: () => new Promise((resolve) => ends.push(resolve)),
    attempt: never,
    release: () => {},
    fetched: never,
    onRefused: () => void refused++,
  })
  let nth = 0
  const send = (webhookId: string, workspaceId = 'ours') => {
    const event = { id: `evt_${nth++}`, testOf: webhookId }
    // What the sends look at of an event.
    const sent = tests.send(event as Parameters<ExampleSends['send']>[0], workspaceId, { kind: 'push' })
    sent.catch(() => {})
    return sent
  }
  return { send, ends, refused: () => refused }
}

const gone = { kind: 'key_reused' } as AcceptResult

test('no more than five tests of one webhook are under way, and another webhook still has its own', async () => {
  const { send, ends, refused } = make()
  const sent = Array.from({ length: 5 }, () => send('a'))
  expect(() => send('a')).toThrow(expect.objectContaining({ code: 'TOO_MANY_REQUESTS' }))
  expect(refused()).toBe(1)
  send('b')
  ends[0]?.(gone)
  await expect(sent[0]).rejects.toThrow()
  await Promise.resolve()
  send('a')
  expect(() => send('a')).toThrow(expect.objectContaining({ code: 'TOO_MANY_REQUESTS' }))
})

test('no more than twenty of one workspace are under way, and another workspace still has its own', () => {
  const { send } = make()
  for (let nth = 0; nth < 20; nth++) send(`webhook ${nth}`)
  expect(() => send('one more')).toThrow(expect.objectContaining({ code: 'TOO_MANY_REQUESTS' }))
  send('theirs', 'another workspace')
})
