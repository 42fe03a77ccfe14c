// Owns naming the event types whose stored schema this version cannot use: once after each start, beside the traffic.
// Must never change or drop one, nor take more than a quarter of the time.
import { Refusal } from '@timbre/contract/errors.ts'
import type { Logger } from 'pino'
import { Loop } from './engine/loop.ts'
import type { Clock } from './platform/clock.ts'
import type { Schemas } from './schemas/schemas.ts'
import type { EventTypeRow, Storage } from './storage/storage.ts'

export interface StoredSchemasDependencies {
  readonly storage: Pick<Storage, 'scanEventTypes'>
  readonly schemas: Pick<Schemas, 'check'>
  readonly clock: Clock
  readonly log: Pick<Logger, 'warn' | 'error'>
}

/** Some 64 KiB each at most. */
const BATCH = 10
/** So many times as long as a batch took is waited after it. */
const REST = 3
/** In the queue of the schemas this is one workspace among others. */
const NOBODY = ''

export class StoredSchemas {
  readonly #dependencies: StoredSchemasDependencies
  readonly #loop: Loop
  #last: EventTypeRow | null = null

  constructor(dependencies: StoredSchemasDependencies) {
    this.#dependencies = dependencies
    const { clock, log } = dependencies
    this.#loop = new Loop({
      name: 'stored schemas',
      clock,
      runOnce: () => this.runOnce(),
      onFault: (error) => log.error({ err: error }, 'the stored schemas of event types could not be looked through'),
    })
  }

  start(): void {
    this.#loop.start()
  }

  stop(): Promise<void> {
    return this.#loop.stop()
  }

  /** One batch. Returns the milliseconds until the next; Infinity behind the last. */
  async runOnce(): Promise<number> {
    const { storage, clock } = this.#dependencies
    const start = clock.monotonic()
    const types = await storage.scanEventTypes(this.#last, BATCH)
    for (const type of types) {
      await this.#check(type)
      this.#last = type
    }
    return types.length < BATCH ? Number.POSITIVE_INFINITY : (clock.monotonic() - start) * REST
  }

  async #check({ workspaceId, key, schema }: EventTypeRow): Promise<void> {
    try {
      await this.#dependencies.schemas.check(NOBODY, schema)
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'INVALID_EVENT_TYPE_SCHEMA') throw error
      const { reason, findings } = error.details
      this.#dependencies.log.warn(
        { workspaceId, eventType: key, reason, findings },
        'the schema of an event type cannot be used any more: publishing its events answers 409 until its owner changes it',
      )
    }
  }
}
