// Owns which event types a workspace has, and the compiled judgement of each one's `data`.
// Must never compile for an event what it has compiled for the one before.
import { BUILT_IN_EVENT_TYPES } from '@timbre/contract/catalogue.ts'
import { LRUCache } from 'lru-cache'
import type { Clock } from '../platform/clock.ts'
import type { EventTypeRow, Storage } from '../storage/storage.ts'
import { compileBuiltInSchema, compileEventSchema, type JudgeData } from './event-schema.ts'

export interface CatalogueEntry {
  readonly key: string
  readonly example: Readonly<Record<string, unknown>>
  readonly judge: JudgeData
}

/** A type that another node changed is judged by its new schema after this time at the latest. */
const ENTRY_AGE_MS_MAX = 10_000
const ENTRIES_MAX = 500

interface OwnEntry {
  readonly entry: CatalogueEntry
  readonly updatedAt: number
  readonly readAt: number
}

export class EventCatalogue {
  readonly #storage: Pick<Storage, 'findEventType'>
  readonly #clock: Clock
  readonly #builtIn: ReadonlyMap<string, CatalogueEntry>
  readonly #own = new LRUCache<string, OwnEntry>({ max: ENTRIES_MAX })
  #generation = 0

  constructor({ storage, clock }: { storage: Pick<Storage, 'findEventType'>; clock: Clock }) {
    this.#storage = storage
    this.#clock = clock
    this.#builtIn = new Map(BUILT_IN_EVENT_TYPES.map((type) => [type.key, entryOf(type, compileBuiltInSchema)]))
  }

  /** What is known at once: a built-in type, or one of the workspace's own that was read a moment ago. */
  findKnown(workspaceId: string, key: string): CatalogueEntry | undefined {
    const builtIn = this.#builtIn.get(key)
    if (builtIn !== undefined) return builtIn
    const own = this.#own.get(`${workspaceId} ${key}`)
    return own !== undefined && this.#clock.monotonic() - own.readAt < ENTRY_AGE_MS_MAX ? own.entry : undefined
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

  /** To be called after a workspace's own type was added, changed or deleted. */
  forget(workspaceId: string, key: string): void {
    this.#generation++
    this.#own.delete(`${workspaceId} ${key}`)
  }

  #keep(row: EventTypeRow, readAt: number, isCurrent: boolean): CatalogueEntry {
    const name = `${row.workspaceId} ${row.key}`
    const before = this.#own.get(name)
    const entry =
      before !== undefined && before.updatedAt === row.updatedAt ? before.entry : entryOf(row, compileEventSchema)
    // A type that was changed while it was being read must not be remembered as it was.
    if (isCurrent) this.#own.set(name, { entry, updatedAt: row.updatedAt, readAt })
    return entry
  }
}

/** The schema is compiled at the first event: most workspaces use a few of the types. */
function entryOf(
  type: Pick<EventTypeRow, 'key' | 'schema' | 'example'>,
  compile: typeof compileEventSchema,
): CatalogueEntry {
  let judge: JudgeData | undefined
  return {
    key: type.key,
    example: type.example,
    judge(data, pointer) {
      judge ??= compile(type.schema)
      return judge(data, pointer)
    },
  }
}
