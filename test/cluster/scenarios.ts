// Owns the table of what is done to a cluster under load, and how long the load goes on for it.
// Must never say what came of it: see round.ts.
import { readFileSync } from 'node:fs'
import type { ServerEnd } from '../support/postgres/postgres-server.ts'
import { makeReplica, promote } from '../support/postgres/replica.ts'
import { until } from '../support/until.ts'
import { type Cluster, CONNECTIONS_MAX, NODES } from './cluster.ts'

export interface Scenario {
  /** What was done, for the table. */
  readonly faults: string
  /** Runs while the load does. */
  readonly run: (cluster: Cluster, random: () => number) => Promise<void>
}

/** As long as a node may be silent before the others take back what it held, and a little more. */
const DEAD_MS = 16_000
const SLOW_MS = [20, 100, 200] as const

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  calm: { faults: 'none: what the others are compared with', run: () => wait(15_000) },
  kill: {
    faults:
      '4 times SIGKILL of a node at random, started again after up to 3 s; once, after it had been given up for dead',
    run: async (cluster, random) => {
      for (const downMs of [random() * 3000, random() * 3000, DEAD_MS + 4000, random() * 3000]) {
        await wait(500 + random() * 1500)
        await cluster.kill(Math.floor(random() * NODES), downMs)
      }
    },
  },
  pause: {
    faults: 'SIGSTOP of a node with requests in flight until the others had taken back what it held, then SIGCONT',
    run: async (cluster, random) => {
      await wait(1000 + random() * 1000)
      const paused = Math.floor(random() * NODES)
      // So that it has requests in flight, and more in memory, which it must not send when it wakes.
      cluster.answerMsMin = 350
      await wait(1500)
      const nodeId = nodeIdOf(cluster, paused)
      const wake = cluster.pause(paused)
      cluster.answerMsMin = 0
      const held = 'SELECT count(*)::int AS count FROM deliveries WHERE lease_node = $1'
      await wait(DEAD_MS)
      await until(
        async () => (await cluster.sql(held, [nodeId]))[0]?.['count'],
        (count) => count === 0,
        60_000,
      ).finally(wake)
      await wait(3000)
    },
  },
  restart: {
    faults: 'PostgreSQL restarted: fast, immediate, and SIGKILL of it, each away for up to 2 s',
    run: async (cluster, random) => {
      for (const how of ['fast', 'immediate', 'killed'] as const) await restart(cluster, random, how)
      await wait(2000)
    },
  },
  outage: {
    faults: 'PostgreSQL away for 25 s, longer than a node may be silent',
    run: async (cluster, random) => {
      await wait(1000 + random() * 1000)
      await cluster.server.end('immediate')
      await wait(25_000)
      await cluster.server.start()
      await wait(3000)
    },
  },
  cut: {
    faults: '20 times every connection of the nodes to PostgreSQL cut: terminated by the server, or reset on the way',
    run: async (cluster, random) => {
      for (let nth = 0; nth < 20; nth++) {
        await wait(100 + random() * 900)
        if (nth % 2 === 0) cluster.proxy.cut()
        else await terminate(cluster)
      }
      await wait(2000)
    },
  },
  slow: {
    faults: `${SLOW_MS.map((ms) => 2 * ms).join(', ')} ms more for every round trip to PostgreSQL, 8 s each`,
    run: async (cluster) => {
      for (const delayMs of SLOW_MS) {
        cluster.proxy.delayMs = delayMs
        await wait(8000)
      }
      cluster.proxy.delayMs = 0
      await wait(1000)
    },
  },
  full: {
    faults: 'all connections that PostgreSQL allows taken by others for 25 s, after those of the nodes were cut',
    run: async (cluster) => {
      await wait(1500)
      const isBack = cluster.loseDatabase('no connection left')
      await terminate(cluster)
      const taken = await takeConnections(cluster, 25_000)
      await Promise.all(taken.map((client) => client.end()))
      await wait(3000)
      isBack()
    },
  },
  failover: {
    faults:
      'SIGKILL of the primary behind connections that fall silent, its synchronous replica promoted, the address moved to it',
    run: async (cluster, random) => {
      const replica = await makeReplica(cluster.server)
      await wait(1500 + random() * 1500)
      const primary = cluster.server
      cluster.proxy.freeze()
      await primary.end('killed')
      await promote(replica)
      cluster.server = replica
      cluster.proxy.target = replica.port
      await wait(5000)
    },
  },
}

export async function restart(cluster: Cluster, random: () => number, how: ServerEnd): Promise<void> {
  await wait(1500 + random() * 1500)
  await cluster.server.end(how)
  await wait(random() * 2000)
  await cluster.server.start()
}

function nodeIdOf(cluster: Cluster, nth: number): string {
  return readFileSync(`${cluster.node(nth).dataDir}/node-id`, 'utf8').trim()
}

async function terminate(cluster: Cluster): Promise<void> {
  await cluster.sql(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'node'",
  )
}

/** Goes on for so long to take every connection that the nodes would get. */
async function takeConnections(cluster: Cluster, forMs: number) {
  const taken: ReturnType<Cluster['connection']>[] = []
  const endsAt = Date.now() + forMs
  while (Date.now() < endsAt) {
    const clients = Array.from({ length: CONNECTIONS_MAX }, () => cluster.connection())
    const outcomes = await Promise.allSettled(clients.map((client) => client.connect()))
    for (const [nth, { status }] of outcomes.entries()) {
      const client = clients[nth]
      if (client !== undefined && status === 'fulfilled') taken.push(client)
    }
    if (taken.length < CONNECTIONS_MAX / 2) await terminate(cluster)
    await wait(500)
  }
  return taken
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
