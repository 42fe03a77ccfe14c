import { expect, test } from 'vitest'
import { ManualClock } from '../../../test/support/manual-clock.ts'
import { IDLE_LOOP } from '../platform/event-loop.ts'
import type { AcceptRequest, NewEvent } from '../storage/storage.ts'
import { AcceptQueue } from './acceptor.ts'

/** A queue whose commits are written one by one, and what each had in it. */
function makeQueue(deliveriesOf: (workspaceId: string) => number) {
  const commits: string[][] = []
  const ends: (() => void)[] = []
  const random = { fraction: () => 0.5, uuid: () => '', uuidOf: () => '', bytes: () => new Uint8Array() }
  const queue = new AcceptQueue({
    clock: new ManualClock(),
    random,
    loop: IDLE_LOOP,
    onRefused: () => {},
    async commit(batch) {
      commits.push(batch.map(({ workspaceId }) => workspaceId))
      await new Promise<void>((resolve) => ends.push(resolve))
      return batch.map(({ workspaceId, events }) => {
        const row = { id: 'e', type: 't', createdAt: 1, duplicate: false, deliveryCount: deliveriesOf(workspaceId) }
        return { kind: 'accepted', events: events.map(() => row) }
      })
    },
  })
  const end = async () => {
    await expect.poll(() => ends.length).toBe(1)
    ends.pop()?.()
  }
  return { queue, commits, end }
}

const request = (workspaceId: string, count: number): AcceptRequest => ({
  workspaceId,
  events: Array.from({ length: count }, () => ({}) as NewEvent), // only counted
})

test('workspaces take turns, and what goes to many webhooks has a commit of its own', async () => {
  const { queue, commits, end } = makeQueue((workspaceId) => (workspaceId === 'wide' ? 100 : 1))
  const all = [queue.add(request('wide', 40))]
  await end()
  await all[0]
  // Each of these is 4,000 deliveries now.
  for (let nth = 0; nth < 2; nth++) all.push(queue.add(request('wide', 40)))
  await expect.poll(() => commits.length).toBe(2)
  for (let nth = 0; nth < 5; nth++) all.push(queue.add(request('narrow', 1)))
  for (let commit = 0; commit < 3; commit++) await end()
  await Promise.all(all)
  expect(commits).toEqual([['wide'], ['wide'], Array(5).fill('narrow'), ['wide']])
})

test('a workspace that brings many small requests does not keep another waiting for ever', async () => {
  const { queue, commits, end } = makeQueue(() => 1)
  const all = [queue.add(request('first', 500))]
  await expect.poll(() => commits.length).toBe(1)
  for (let nth = 0; nth < 6; nth++) all.push(queue.add(request('many', 100)))
  all.push(queue.add(request('large', 300)))
  for (let commit = 0; commit < 3; commit++) await end()
  await Promise.all(all)
  expect(commits.findIndex((commit) => commit.includes('large'))).toBeLessThanOrEqual(2)
})

test('within a commit, whoever came first is first when all fit', async () => {
  const { queue, commits, end } = makeQueue(() => 1)
  const all = ['a', 'a', 'b', 'a'].map((workspaceId) => queue.add(request(workspaceId, 1)))
  await end()
  await Promise.all(all)
  expect(commits).toEqual([['a', 'a', 'b', 'a']])
})
