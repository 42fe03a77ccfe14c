// Owns the whole path with so many sender threads, and the API alone: rates, and CPU by thread.
import { Client } from 'undici'
import type { Certificates } from '../../test/support/certificates.ts'
import { TimbreProcess } from '../../test/support/timbre-process.ts'
import type { LeanReceiver } from './lean-receiver.ts'
import { type ThreadTimes, threadTimes, timesEach } from './thread-times.ts'

export interface Cost {
  readonly perSecond: number
  /** CPU microseconds for each. */
  readonly times: ThreadTimes
}

const EVENT_KEY = 'call.status.updated'
const BATCH = 100
const PUBLISHERS = 4
const WEBHOOKS = 4
/** Deliveries under way at once: enough that no lane runs dry, few enough that no queue grows. */
const OUTSTANDING_MAX = 6000
/** 0.7 KiB as it is sent. */
const EVENT = {
  type: EVENT_KEY,
  data: { call_id: 'c'.repeat(32), call_status: 'ended', transcript: 'x'.repeat(480) },
}

/** Publish in batches → fsync → HTTPS → fsynced record, to 4 webhooks of one origin. `deliveries` once to warm up, once measured. */
export async function wholePath(
  senderThreads: number,
  deliveries: number,
  { receiver, certificates }: { readonly receiver: LeanReceiver; readonly certificates: Certificates },
): Promise<Cost> {
  const settings = { TIMBRE_SENDER_THREADS: String(senderThreads) }
  const timbre = await new TimbreProcess({ ca: certificates.ca, settings }).start()
  try {
    for (let index = 0; index < WEBHOOKS; index++) {
      const webhook = await timbre.client().webhooks.create({ url: `${receiver.url}/${index}` })
      await timbre.client().webhooks.createSubscription(webhook.id, { eventKey: EVENT_KEY })
    }
    const deliver = async () => {
      const first = receiver.received
      await publish(timbre, deliveries / WEBHOOKS, (published) =>
        receiver.reached(first + published * WEBHOOKS - OUTSTANDING_MAX),
      )
      await receiver.reached(first + deliveries)
      await recorded(timbre)
    }
    await deliver()
    return await measured(timbre, deliveries, deliver)
  } finally {
    await timbre.destroy()
  }
}

/** Publishes to nobody: what HTTP in, validation and storing an event cost without a delivery. */
export async function apiAlone(events: number): Promise<Cost> {
  const timbre = await new TimbreProcess({ settings: { TIMBRE_SENDER_THREADS: '0' } }).start()
  try {
    const go = () => publish(timbre, events, () => Promise.resolve())
    await go()
    return await measured(timbre, events, go)
  } finally {
    await timbre.destroy()
  }
}

async function measured(timbre: TimbreProcess, count: number, run: () => Promise<void>): Promise<Cost> {
  const before = threadTimes(timbre.pid)
  const startedAt = performance.now()
  await run()
  const perSecond = count / ((performance.now() - startedAt) / 1000)
  return { perSecond, times: timesEach(before, threadTimes(timbre.pid), count) }
}

async function publish(timbre: TimbreProcess, events: number, capacity: (published: number) => Promise<void>) {
  const headers = {
    'content-type': 'application/json',
    'x-api-key': timbre.apiKey,
    'workspace-id': timbre.workspaceId,
  }
  const body = JSON.stringify({ events: Array.from({ length: BATCH }, () => EVENT) })
  let published = 0
  const publisher = async () => {
    const client = new Client(timbre.address)
    while (published < events) {
      published += BATCH
      await capacity(published)
      const answer = await client.request({ method: 'POST', path: '/v1/events/batch', headers, body })
      if (answer.statusCode !== 202) throw new Error(`${answer.statusCode}: ${await answer.body.text()}`)
      await answer.body.dump()
    }
    await client.close()
  }
  await Promise.all(Array.from({ length: PUBLISHERS }, publisher))
}

/** Until nothing is queued or being sent: the record of the last delivery is on disk. */
async function recorded(timbre: TimbreProcess): Promise<void> {
  for (const status of ['sending', 'queued'] as const) {
    while ((await timbre.client().deliveries.list({ status, limit: 1 })).data.length > 0) {
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
}
