// Owns what the writer of the storage does when it alone has a core: deliveries accepted and recorded per second.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FOLD_BOUNDS } from '@timbre/server/engine/statistics-folder.ts'
import { systemClock } from '@timbre/server/platform/clock.ts'
import { SystemRandom } from '@timbre/server/platform/random.ts'
import { Fixture } from '@timbre/server/storage/conformance/fixture.ts'
import { SqliteStorage } from '@timbre/server/storage/sqlite/sqlite-storage.ts'
import type { AttemptResult, LeasedDelivery, NewEvent } from '@timbre/server/storage/storage.ts'

export interface StorageCost {
  readonly perSecond: number
  /** CPU microseconds for each delivery, without what crossing costs the thread. */
  readonly cpu: number
}

const WEBHOOKS = 4
/** An event is 4 deliveries: the batches have the size that they have under full load. */
const EVENTS_PER_COMMIT = 100
/** As long as the signatures of a delivery. */
const HEX = 'a'.repeat(64)

/** Statistics are folded within it, as they are beside the traffic. */
export async function storageAlone(deliveries: number): Promise<StorageCost> {
  const directory = mkdtempSync(join(tmpdir(), 'timbre-bench-'))
  const random = new SystemRandom()
  const storage = new SqliteStorage({ file: join(directory, 'timbre.db'), random, clock: systemClock })
  await storage.start()
  const stop = () => storage.stop()
  const fixture = await Fixture.make(async () => ({ storage, reopen: async () => storage, destroy: stop }))
  try {
    for (let index = 0; index < WEBHOOKS; index++) await fixture.addWebhook()
    await acceptAndRecord(fixture, 0, deliveries)
    await fold(storage)
    const cpuBefore = process.cpuUsage()
    const startedAt = performance.now()
    await acceptAndRecord(fixture, deliveries, deliveries)
    await fold(storage)
    const seconds = (performance.now() - startedAt) / 1000
    const { user, system } = process.cpuUsage(cpuBefore)
    return { perSecond: deliveries / seconds, cpu: (user + system) / deliveries }
  } finally {
    await stop()
    rmSync(directory, { recursive: true })
  }
}

/** As the engine does it. */
async function fold(storage: SqliteStorage): Promise<void> {
  while (await storage.foldStatistics(FOLD_BOUNDS));
}

async function acceptAndRecord(fixture: Fixture, first: number, deliveries: number): Promise<void> {
  const { storage } = fixture
  const offer = fixture.offer({ limit: 20_000, capacityDefault: 20_000 })
  for (let done = 0; done < deliveries; ) {
    const events = Array.from({ length: EVENTS_PER_COMMIT }, (_, nth) => newEvent(fixture, first + done + nth))
    const { leased } = await storage.acceptEvents([{ workspaceId: fixture.workspaceId, events }], offer)
    await storage.recordAttempts(
      leased.map((delivery) => result(fixture, delivery)),
      offer,
    )
    done += leased.length
  }
}

/** Ids in the order of time, as Timbre makes them. */
function newEvent(fixture: Fixture, nth: number): NewEvent {
  const id = `evt_${nth.toString().padStart(26, '0')}`
  const body = JSON.stringify({ id, data: { call_id: 'c'.repeat(32), transcript: 'x'.repeat(560) } })
  return fixture.event({ id, callId: nth.toString().padStart(32, '0'), envelope: body })
}

/** With the headers that a signed request has: they are a third of what is stored of an attempt. */
function result(fixture: Fixture, delivery: LeasedDelivery): AttemptResult {
  return fixture.result(delivery, {
    attempt: fixture.attempt({
      requestHeaders: {
        'content-type': 'application/json',
        'user-agent': 'Timbre/0.1.0',
        'x-supervisor-signature': `sha256=${HEX}`,
        'x-supervisor-event': 'call.completed',
        'x-supervisor-delivery': delivery.id,
        'webhook-id': delivery.eventId,
        'webhook-timestamp': '1700000000',
        'webhook-signature': `v1,${HEX.slice(0, 44)}`,
      },
    }),
  })
}
