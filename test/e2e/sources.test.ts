// What providers post, through a real process that is killed: nothing that it acknowledged is lost, and no call ends twice.
import { sampleCall } from '@timbre/contract/providers/sample-calls.ts'
import { signedBy, TEST_SECRETS } from '@timbre/contract/providers/testing/test-signers.ts'
import { afterEach, expect, test } from 'vitest'
import { atLength } from '../support/at-length.ts'
import { until } from '../support/until.ts'
import { makeWorld, type World } from './world.ts'

let world: World
afterEach(() => world.end())

const CALLS = atLength(300, 1500)
const CALLERS = 20
const KIND = 'retell'

test('a process that is killed while providers post loses no signal that it acknowledged, and ends no call twice', async () => {
  world = await makeWorld({ TIMBRE_LIMIT_PUBLISH: '0' })
  await world.subscribe('/hook', 'call.completed')
  const source = await world.client.sources.create({ name: 'n', kind: KIND, secret: TEST_SECRETS[KIND] })
  const acknowledged = new Set<string>()
  const post = async (callId: string, end: number) => {
    const payload = sampleCall(KIND, callId)[end] ?? {}
    const { headers, body } = signedBy({ kind: KIND, url: source.url, payload, now: Date.now() })
    const request = {
      method: 'POST',
      headers: headers as Record<string, string>,
      body: body as Uint8Array<ArrayBuffer>,
    }
    const answer = await fetch(world.timbre.address + source.url, request).catch(() => undefined)
    if (answer?.status === 200 && end === 2) acknowledged.add(callId)
    return answer?.status
  }
  /** Every call from its start to what is known of it, as the provider sends it: what fails is not sent again. */
  const postAll = async () => {
    let next = 0
    const caller = async () => {
      while (next < CALLS) {
        const callId = `call-${next++}`
        for (let step = 0; step < 3; step++) if ((await post(callId, step)) === undefined) return
      }
    }
    await Promise.all(Array.from({ length: CALLERS }, caller))
  }
  const burst = postAll()
  await until(
    async () => acknowledged.size,
    (count) => count > CALLS / 3,
    60_000,
  )
  await world.timbre.kill()
  await burst
  const before = acknowledged.size
  expect(before).toBeLessThan(CALLS)
  await world.timbre.start()
  await until(
    async () => [...acknowledged].filter((callId) => !completed().has(callId)).length,
    (missing) => missing === 0,
    60_000,
  )
  // The provider sends everything again, of which it has not heard, and more.
  await postAll()
  await until(
    async () => completed().size,
    (count) => count === CALLS,
    60_000,
  )
  // By the id of the event, which a receiver drops repeats by: one end for each call.
  expect([...completed().values()].filter((ids) => ids.size !== 1)).toEqual([])
  const [first] = acknowledged
  const events = await world.client.events.list({ callId: first ?? '' })
  expect(events.data.map(({ type }) => type).sort()).toEqual([
    'call.completed',
    'call.status.updated',
    'call.status.updated',
  ])
})

/** By call: the ids of its ends that the receiver got. */
function completed(): ReadonlyMap<string, Set<string>> {
  const found = new Map<string, Set<string>>()
  for (const { headers, body } of world.receiver.requests) {
    const callId: string = JSON.parse(String(body)).data.call_id
    found.set(callId, (found.get(callId) ?? new Set()).add(String(headers['webhook-id'])))
  }
  return found
}
