// Owns the number of the whole path: publish in batches → fsync → HTTPS POST → fsynced record, in deliveries per second,
// beside undici alone to the same receiver with the same payload in the same run, and the ratio (DESIGN §7).
// Load goes to 127.0.0.1 only, and is bounded in count.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { cpus } from 'node:os'
import { createClient } from '@getsupervisor/agents-studio-sdk'
import { Agent, request } from 'undici'
import { type Certificates, makeCertificates } from '../test/support/certificates.ts'
import { TimbreProcess } from '../test/support/timbre-process.ts'

const ROUNDS = number('--rounds', 3)
const COUNT = number('--count', 20_000)
const BATCH = 100
const PUBLISHERS = 4
const CONCURRENCY = 64
const WEBHOOKS = 4
const DATA = { call_id: 'c'.repeat(32), call_status: 'ended', transcript: 'x'.repeat(450) }

const certificates = await makeCertificates()
const receiver = await startReceiver(certificates)
const ratios: number[] = []
console.log(
  `${cpus().length} cores, Node ${process.version}, ${COUNT} deliveries a round, ${JSON.stringify(DATA).length} bytes of data`,
)
for (let round = 1; round <= ROUNDS; round++) {
  const alone = await undiciAlone()
  const batches = await wholePath(BATCH)
  const singles = await wholePath(1)
  ratios.push(batches / alone)
  console.log(
    `round ${round}: undici alone ${alone.toFixed(0)}/s | in batches of ${BATCH} ${batches.toFixed(0)}/s = ${(batches / alone).toFixed(2)}` +
      ` | each by its own POST ${singles.toFixed(0)}/s = ${(singles / alone).toFixed(2)}`,
  )
}
ratios.sort((a, b) => a - b)
console.log(`median ratio in batches: ${ratios[ratios.length >> 1]?.toFixed(2)} (budget 0.70)`)
receiver.stop()

function number(name: string, fallback: number): number {
  const index = process.argv.indexOf(name)
  return index === -1 ? fallback : Number(process.argv[index + 1])
}

interface BenchReceiver {
  readonly url: string
  /** Begins to count; `received` resolves once so many requests came. */
  expect(count: number): Promise<{ readonly received: Promise<unknown> }>
  stop(): void
}

/** In a process of its own: a receiver that shared ours would be measured too. */
async function startReceiver(using: Certificates): Promise<BenchReceiver> {
  const child = fork(new URL('./receiver-process.ts', import.meta.url), { env: { PATH: process.env['PATH'] ?? '' } })
  child.send({ certificates: using })
  const [{ url }] = (await once(child, 'message')) as [{ url: string }]
  return {
    url,
    async expect(count) {
      child.send({ expect: count })
      await once(child, 'message')
      return { received: once(child, 'message') }
    },
    stop: () => child.disconnect(),
  }
}

async function undiciAlone(): Promise<number> {
  const dispatcher = new Agent({ connections: CONCURRENCY, allowH2: false, connect: { ca: certificates.ca } })
  const body = JSON.stringify({
    id: `evt_${'0'.repeat(26)}`,
    type: 'call.status.updated',
    created_at: new Date().toISOString(),
    data: DATA,
  })
  const all = await receiver.expect(COUNT)
  const startedAt = performance.now()
  let sent = 0
  const sender = async () => {
    while (sent++ < COUNT) {
      const answer = await request(receiver.url, {
        method: 'POST',
        dispatcher,
        body,
        headers: { 'content-type': 'application/json' },
      })
      await answer.body.dump()
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, sender))
  await all.received
  const seconds = (performance.now() - startedAt) / 1000
  await dispatcher.close()
  return COUNT / seconds
}

async function wholePath(batch: number): Promise<number> {
  const timbre = await new TimbreProcess({ ca: certificates.ca }).start()
  try {
    const client = timbre.client()
    for (let index = 0; index < WEBHOOKS; index++) {
      const webhook = await client.webhooks.create({ url: `${receiver.url}/${index}` })
      await client.webhooks.createSubscription(webhook.id, { eventKey: 'call.status.updated' })
    }
    const all = await receiver.expect(COUNT)
    const startedAt = performance.now()
    await publish(timbre, COUNT / WEBHOOKS, batch)
    await all.received
    await recorded(timbre)
    return COUNT / ((performance.now() - startedAt) / 1000)
  } finally {
    await timbre.destroy()
  }
}

async function publish(timbre: TimbreProcess, count: number, batch: number): Promise<void> {
  const client = createClient({ baseUrl: timbre.address, workspaceId: timbre.workspaceId, apiKey: timbre.apiKey })
  const event = { type: 'call.status.updated', data: DATA }
  let published = 0
  const publisher = async () => {
    while (published < count) {
      const size = Math.min(batch, count - published)
      published += size
      if (batch === 1) await client.events.publish(event)
      else await client.events.publishBatch(Array.from({ length: size }, () => event))
    }
  }
  await Promise.all(Array.from({ length: batch === 1 ? CONCURRENCY : PUBLISHERS }, publisher))
}

/** Until nothing is queued or being sent: the record of the last delivery is on disk. */
async function recorded(timbre: TimbreProcess): Promise<void> {
  for (const status of ['sending', 'queued'] as const) {
    while ((await timbre.client().deliveries.list({ status, limit: 1 })).data.length > 0) {
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
}
