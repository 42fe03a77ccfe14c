// Owns publishing in a run: new events, the same ones again, batches, and requests with an Idempotency-Key.
import { formatId } from '@timbre/contract/ids.ts'
import type { AcceptResult, NewEvent } from '@timbre/server/storage/storage.ts'
import type { Attempted, Target } from './configuration.ts'
import type { KeyedPublish, Model, Published } from './model.ts'
import type { Prng } from './prng.ts'
import type { World } from './world.ts'

export const EVENT_KEYS = ['call.completed', 'call.error', 'call.status.updated'] as const
export const AGENTS = ['agent-1', 'agent-2'] as const

const DAY_MS = 24 * 3_600_000

export interface PublisherDependencies {
  readonly world: World
  readonly model: Model
  readonly prng: Prng
  readonly attempt: Attempted
}

export class Publisher {
  readonly #dependencies: PublisherDependencies

  constructor(dependencies: PublisherDependencies) {
    this.#dependencies = dependencies
  }

  publish(count: number): void {
    const { model } = this.#dependencies
    const workspaceId = this.#workspace()
    const published = Array.from({ length: count }, () => model.add(workspaceId, this.#newEvent()))
    this.#accept(workspaceId, published)
  }

  /** An id that was published before, with or without a response. */
  publishAgain(): void {
    const { model, prng } = this.#dependencies
    const recent = model.published.slice(-50)
    if (recent.length === 0) return
    const published = prng.pick(recent)
    this.#accept(published.workspaceId, [published])
  }

  publishWithKey(): void {
    const { model, prng } = this.#dependencies
    const earlier = model.keyed.slice(-10)
    const isRepeated = earlier.length > 0 && prng.chance(0.5)
    this.#acceptWithKey(isRepeated ? prng.pick(earlier) : this.#newKeyed())
  }

  #newKeyed(): KeyedPublish {
    const { model, world } = this.#dependencies
    const workspaceId = this.#workspace()
    const events = [this.#newEvent(), this.#newEvent()]
    for (const event of events) model.add(workspaceId, event)
    const now = world.clock.now()
    const key = `key-${model.keyed.length}`
    const keyed: KeyedPublish = {
      key,
      requestHash: key,
      workspaceId,
      events,
      expiresAt: now + DAY_MS,
      answer: undefined,
    }
    model.keyed.push(keyed)
    return keyed
  }

  sendExample(target: Target | undefined): void {
    const { world, attempt } = this.#dependencies
    const { process } = world
    if (process === undefined || target === undefined) return
    const event = { ...this.#newEvent(), testOf: target.id }
    attempt(`test ${target.id.slice(-8)}`, async () => {
      await process.engine.sendExample(event, target.workspaceId, { kind: target.kind })
    })
  }

  #accept(workspaceId: string, published: readonly Published[]): void {
    const { world, attempt } = this.#dependencies
    const { process } = world
    if (process === undefined) return
    // The API takes the time of the request, also where an id is published again that was erased meanwhile.
    const acceptedAt = world.clock.now()
    const acknowledged = published.map(({ isAcknowledged }) => isAcknowledged)
    attempt(`publish ${published.length}`, async () => {
      const result = await process.engine.accept({
        workspaceId,
        events: published.map(({ event }) => ({ ...event, acceptedAt })),
      })
      const rows = acceptedRows(result)
      for (const [index, one] of published.entries()) {
        const row = rows[index]
        if (row?.id !== one.event.id) world.trace.violate(`the response for ${one.event.id} is of ${row?.id}`)
        const wasRemoved = world.ledger.events.wasRemoved(workspaceId, one.event.id)
        if (acknowledged[index] === true && row?.duplicate === false && !wasRemoved) {
          world.trace.violate(`${one.event.id} was accepted twice`)
        }
        one.isAcknowledged = true
      }
    })
  }

  #acceptWithKey(keyed: KeyedPublish): void {
    const { world, attempt } = this.#dependencies
    const { process } = world
    if (process === undefined) return
    const { workspaceId, key, requestHash, expiresAt, events } = keyed
    const before = keyed.answer
    // The time of this request, as above: the key may be gone since, and with it the event.
    const acceptedAt = world.clock.now()
    attempt(`publish with ${key}`, async () => {
      const idempotency = { workspaceId, credential: 'admin', key, requestHash, expiresAt }
      const result = await process.engine.accept({
        workspaceId,
        events: events.map((event) => ({ ...event, acceptedAt })),
        idempotency,
      })
      const rows = acceptedRows(result)
      const isValid = expiresAt > world.clock.latest()
      if (before !== undefined && isValid && JSON.stringify(before) !== JSON.stringify(rows)) {
        world.trace.violate(`the second answer under ${key} is not the first one`)
      }
      keyed.answer ??= rows
    })
  }

  #workspace(): string {
    const { prng, world } = this.#dependencies
    return `workspace-${prng.below(world.swarm.workspaces)}`
  }

  #newEvent(): NewEvent {
    const { prng, world } = this.#dependencies
    const now = world.clock.now()
    const id = formatId('event', world.random.uuid(now))
    const type = prng.pick(EVENT_KEYS)
    const callId = prng.chance(0.9) ? `call-${prng.below(world.swarm.calls)}` : null
    const agentId = prng.chance(0.5) ? prng.pick(AGENTS) : null
    const created = new Date(now).toISOString()
    const body = JSON.stringify({ id, type, created_at: created, data: { call_id: callId, note: 'voz ñandú 🔔' } })
    return { id, type, agentId, callId, createdAt: now, acceptedAt: now, envelope: body }
  }
}

function acceptedRows(result: AcceptResult) {
  if (result.kind === 'key_reused') throw new Error('a key was said to be used for another request')
  if (result.kind === 'id_reused') throw new Error('an id was said to be that of another event')
  if (result.kind === 'too_many_deliveries') throw new Error('a request was said to lead to too many deliveries')
  if (result.kind === 'call_moved') throw new Error('an event of no source was said to be of a call that had moved')
  return result.events
}
