// Owns which events are on disk: what was accepted, and what an erasure or the pruner removed, with the deliveries of each.
// Must never ask the code under test: it compares what was accepted with the rows that are left.
import assert from 'node:assert/strict'
import type { NewEvent } from '@timbre/server/storage/storage.ts'
import type { DeliveryHistory } from './delivery-history.ts'
import type { SimClock } from './sim-clock.ts'
import type { SimDatabase } from './sim-database.ts'
import { ENVELOPE_LENGTH_MAX } from './swarm.ts'

export interface StoredEvent {
  readonly workspaceId: string
  readonly id: string
  readonly callId: string | null
  readonly acceptedAt: number
  /** When it was asked for, on the clock that never jumps: a disk that stands still may store it much later. */
  readonly at: number
  /** How far the wall had been set back until then. */
  readonly jumpedBackMs: number
  readonly deliveries: DeliveryHistory[]
}

export interface RemovedRows {
  readonly events: readonly StoredEvent[]
  readonly deliveries: readonly DeliveryHistory[]
}

export class StoredEvents {
  readonly #database: SimDatabase
  readonly #clock: SimClock
  readonly #live = new Map<string, StoredEvent>()
  readonly #removed = new Set<string>()
  /** Of events that are left, those deliveries that are not. */
  readonly #removedOf = new Map<string, number>()
  /** By webhook and status: the counters of a webhook keep what is removed. */
  readonly #ended = new Map<string, number>()

  constructor(database: SimDatabase, clock: SimClock) {
    this.#database = database
    this.#clock = clock
  }

  accepted(workspaceId: string, event: NewEvent, deliveries: readonly DeliveryHistory[]): void {
    const { id, callId, acceptedAt, envelope } = event
    assert(envelope.length <= ENVELOPE_LENGTH_MAX, `an envelope of ${envelope.length} characters fits no swarm`)
    const { jumpedBackMs } = this.#clock
    const at = this.#clock.firstAt(acceptedAt)
    this.#live.set(key(workspaceId, id), {
      workspaceId,
      id,
      callId,
      acceptedAt,
      at,
      jumpedBackMs,
      deliveries: [...deliveries],
    })
  }

  /** A replay has made a delivery of an event that is there already. */
  delivered(history: DeliveryHistory): void {
    this.#live.get(key(history.workspaceId, history.eventId))?.deliveries.push(history)
  }

  ofCall(workspaceId: string, callId: string): StoredEvent[] {
    return [...this.#live.values()].filter((event) => event.workspaceId === workspaceId && event.callId === callId)
  }

  all(): StoredEvent[] {
    return [...this.#live.values()]
  }

  /** An event of this id was there, and was removed; it may have been published again since. */
  wasRemoved(workspaceId: string, id: string): boolean {
    return this.#removed.has(key(workspaceId, id))
  }

  isLive(workspaceId: string, id: string): boolean {
    return this.#live.has(key(workspaceId, id))
  }

  /** How many deliveries of an event that is left are gone. */
  removedOf(eventId: string): number {
    return this.#removedOf.get(eventId) ?? 0
  }

  /** How many of a webhook's deliveries were removed after they had ended so. */
  removedEnded(webhookId: string, status: 'success' | 'failed'): number {
    return this.#ended.get(`${webhookId} ${status}`) ?? 0
  }

  /** What of these is not on disk any more. The deliveries are marked. */
  noteRemoved(events: readonly StoredEvent[]): RemovedRows {
    const eventsLeft = this.#ids('SELECT id FROM events')
    const deliveriesLeft = this.#ids('SELECT id FROM deliveries')
    const deliveries = events
      .flatMap((event) => event.deliveries)
      .filter(({ id, isRemoved }) => !isRemoved && !deliveriesLeft.has(id))
    for (const history of deliveries) this.#removeDelivery(history)
    const removed = events.filter(({ id }) => !eventsLeft.has(id))
    for (const { workspaceId, id } of removed) {
      this.#live.delete(key(workspaceId, id))
      this.#removed.add(key(workspaceId, id))
      this.#removedOf.delete(id)
    }
    return { events: removed, deliveries }
  }

  #removeDelivery(history: DeliveryHistory): void {
    const { webhookId, status, eventId } = history
    history.isRemoved = true
    history.leaseToken = null
    this.#removedOf.set(eventId, this.removedOf(eventId) + 1)
    const ended = `${webhookId} ${status}`
    this.#ended.set(ended, (this.#ended.get(ended) ?? 0) + 1)
  }

  #ids(sql: string): ReadonlySet<string> {
    return new Set(this.#database.rows<{ readonly id: string }>(sql).map(({ id }) => id))
  }
}

function key(workspaceId: string, id: string): string {
  return `${workspaceId} ${id}`
}
