// The shortest of the cluster tests: three nodes under load, PostgreSQL killed under them, one node paused past its lease.
// All of them, and longer: npm run cluster.
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { PostgresServer } from '../support/postgres/postgres-server.ts'
import { Cluster, makeServer, NODES } from './cluster.ts'
import { IN_FLIGHT_MAX, measureLimits, RATE } from './limits.ts'
import { runUnderLoad } from './round.ts'
import { restart, SCENARIOS, type Scenario } from './scenarios.ts'

const LIMITED_EVENTS = 240

let server: PostgresServer
let cluster: Cluster
beforeAll(async () => {
  server = await makeServer()
  cluster = await Cluster.start(server, { random: Math.random })
})
afterAll(async () => {
  await cluster.destroy()
  await server.remove()
})

test('PostgreSQL is killed and a node is paused past its lease: nothing is lost, calls keep their order, stale results change nothing', async () => {
  const run: Scenario['run'] = async (...args) => {
    await restart(...args, 'killed')
    await SCENARIOS['pause']?.run(...args)
  }
  const figures = await runUnderLoad(cluster, { faults: '', run }, Math.random)
  console.log(`cluster: ${JSON.stringify({ ...figures, unexplained: figures.unexplained.length })}`)
  expect(figures.accepted).toBeGreaterThan(100)
  expect(figures.lost).toBe(0)
  expect(figures.unexplained).toEqual([])
  expect(figures.disorders).toEqual([])
  expect(figures.wronglyRecorded).toBe(0)
  // What the paused node had in flight came back after others had sent it again.
  expect(figures.fenced).toBeGreaterThan(0)
})

test('a rate limit and the cap of requests in flight hold over all nodes together, also while one leaves and comes back', async () => {
  await cluster.removeWebhooks()
  const figures = await measureLimits(cluster, LIMITED_EVENTS)
  console.log(`limits over ${NODES} nodes: ${JSON.stringify(figures)}`)
  expect(figures.perSecondMax).toBeLessThanOrEqual(RATE + NODES)
  expect(figures.inFlightMax).toBeLessThanOrEqual(IN_FLIGHT_MAX)
  expect(figures.inFlightMax).toBeGreaterThan(IN_FLIGHT_MAX / 2)
})
