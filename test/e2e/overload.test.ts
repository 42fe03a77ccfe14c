import { readFileSync } from 'node:fs'
import { createClient } from '@getsupervisor/agents-studio-sdk'
import { afterEach, expect, test } from 'vitest'
import { makeWorld, type World } from './world.ts'

/** So many events at once are more than any disk writes within the time that a publisher may wait. */
const PUBLISHERS = 40
const EVENTS_EACH = 300
const MEMORY_MB_MAX = 450

let world: World | undefined
afterEach(() => world?.end())

test('publishers that bring too much are asked to wait; when they obey, every event gets through and is delivered', async () => {
  world = await makeWorld({ TIMBRE_MAX_IN_FLIGHT_PER_WEBHOOK: '64' })
  const { timbre, receiver } = world
  await world.subscribe()
  const asked: (string | null)[] = []
  const client = createClient({
    baseUrl: timbre.address,
    workspaceId: timbre.workspaceId,
    apiKey: timbre.apiKey,
    retry: { maxRetries: 20 },
    fetch: async (url, init) => {
      const answer = await fetch(url, init)
      if (answer.status === 429) asked.push(answer.headers.get('retry-after'))
      else expect(answer.status).toBe(202)
      return answer
    },
  })
  const batch = Array.from({ length: EVENTS_EACH }, () => ({
    type: 'call.completed',
    data: { call_id: 'c'.repeat(32) },
  }))
  const answers = await Promise.all(Array.from({ length: PUBLISHERS }, () => client.events.publishBatch(batch)))

  expect(asked.length).toBeGreaterThan(0)
  for (const seconds of asked) expect(Number(seconds)).toBeGreaterThanOrEqual(1)
  const accepted = new Set(answers.flat().map(({ id }) => id))
  expect(accepted.size).toBe(PUBLISHERS * EVENTS_EACH)
  await receiver.waitFor(accepted.size, 60_000)
  const delivered = receiver.requests.map(({ headers }) => String(headers['webhook-id']))
  expect(new Set(delivered)).toEqual(accepted)
  expect(delivered.length).toBe(accepted.size)
  expect(memoryMb(timbre.pid)).toBeLessThan(MEMORY_MB_MAX)
  const metrics = await (await fetch(`${timbre.address}/metrics`)).text()
  expect(metrics).toMatch(
    /timbre_publishes_refused_total\{reason="(disk|cpu|memory)",short="(disk|processor|memory)"\} [1-9]/,
  )
})

/** The most that was ever resident, as Linux keeps it; elsewhere nothing is known. */
function memoryMb(pid: number): number {
  if (process.platform !== 'linux') return 0
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
}
