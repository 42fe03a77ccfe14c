// Owns which event types a workspace has, and what validates the `data` of each.
// Must never compile for an event what it has compiled for the one before, nor keep more than a bound of bytes.
import { BUILT_IN_EVENT_TYPES } from '@timbre/contract/catalogue.ts'
import { LRUCache } from 'lru-cache'
import type { Clock } from '../../platform/clock.ts'
import { SchemaHandle } from '../../schemas/schemas.ts'
import { type ChangeFeed, copyAgeMsMax, type EventTypeRow, type Storage } from '../../storage/storage.ts'
import { compileBuiltInSchema, type ValidateData } from '../validation/built-in-schema.ts'

/** A built-in type has a validator, a workspace's own one a schema. */
export type CatalogueEntry =
  | { readonly key: string; readonly validate: ValidateData; readonly schema?: never }
  | { readonly key: string; readonly schema: SchemaHandle }

export interface Example {
  readonly key: string
  readonly example: Readonly<Record<string, unknown>>
}

/** With the caches of the threads that validate some 30 MiB (schemas/worker/compile-cache.ts). */
const OWN_BYTES_MAX = 12 * 1024 * 1024

export interface EventCatalogueDependencies {
  readonly storage: Pick<Storage, 'findEventType'>
  readonly clock: Clock
  readonly changes: ChangeFeed
}

interface OwnEntry {
  readonly entry: CatalogueEntry & { readonly schema: SchemaHandle }
  readonly updatedAt: number
  readonly readAt: number
  readonly bytes: number
}

export class EventCatalogue {
  readonly #storage: Pick<Storage, 'findEventType'>
  readonly #clock: Clock
  readonly #changes: ChangeFeed
  readonly #builtIn: ReadonlyMap<string, CatalogueEntry & Example>
  readonly #own = new LRUCache<string, OwnEntry>({ maxSize: OWN_BYTES_MAX, sizeCalculation: ({ bytes }) => bytes })
  #generation = 0

  constructor({ storage, clock, changes }: EventCatalogueDependencies) {
    this.#storage = storage
    this.#clock = clock
    this.#changes = changes
    changes.subscribe((change) => {
      if (change.kind === 'event_type') this.forget(change.workspaceId, change.key)
      else if (change.kind === 'any') this.#distrustAll()
    })
    this.#builtIn = new Map(
      BUILT_IN_EVENT_TYPES.map(({ key, schema, example }) => [
        key,
        { key, example, validate: compileBuiltInSchema(schema) },
      ]),
    )
  }

  /** What is known at once: a built-in type, or one of the workspace's own that was read a moment ago. */
  findKnown(workspaceId: string, key: string): CatalogueEntry | undefined {
    const builtIn = this.#builtIn.get(key)
    if (builtIn !== undefined) return builtIn
    const own = this.#own.get(`${workspaceId} ${key}`)
    if (own === undefined || this.#clock.monotonic() - own.readAt >= copyAgeMsMax(this.#changes)) return undefined
    return own.entry
  }

  /** The type, built in or the workspace's own; undefined when the workspace has no such type. */
  async find(workspaceId: string, key: string): Promise<CatalogueEntry | undefined> {
    const known = this.findKnown(workspaceId, key)
    if (known !== undefined) return known
    const generation = this.#generation
    const readAt = this.#clock.monotonic()
    const row = await this.#storage.findEventType(workspaceId, key)
    return row === undefined ? undefined : this.#keep(row, readAt, generation === this.#generation)
  }

  /** What a test send delivers; undefined when the workspace has no such type. Not kept: it is rarely asked for. */
  async findExample(workspaceId: string, key: string): Promise<Example | undefined> {
    return this.#builtIn.get(key) ?? (await this.#storage.findEventType(workspaceId, key))
  }

  /** To be called after a workspace's own type was added, changed or deleted. */
  forget(workspaceId: string, key: string): void {
    this.#generation++
    this.#own.delete(`${workspaceId} ${key}`)
  }

  /** What was compiled stays, and is used again where the type is still the same. */
  #distrustAll(): void {
    this.#generation++
    for (const [name, own] of this.#own) this.#own.set(name, { ...own, readAt: Number.NEGATIVE_INFINITY })
  }

  #keep(row: EventTypeRow, readAt: number, isCurrent: boolean): CatalogueEntry {
    const name = `${row.workspaceId} ${row.key}`
    const before = this.#own.get(name)
    const entry =
      before !== undefined && before.updatedAt === row.updatedAt
        ? before.entry
        : { key: row.key, schema: new SchemaHandle(row.schema, (schema) => this.#count(name, schema)) }
    // A type that was changed while it was being read must not be remembered as it was.
    if (isCurrent) this.#own.set(name, { entry, updatedAt: row.updatedAt, readAt, bytes: entry.schema.bytes })
    return entry
  }

  /** Counts an entry anew: it keeps more once its schema has been compiled, which is after it was read. */
  #count(name: string, schema: SchemaHandle): void {
    const own = this.#own.peek(name)
    if (own?.entry.schema === schema) this.#own.set(name, { ...own, bytes: schema.bytes })
  }
}
