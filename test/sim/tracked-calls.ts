// Owns what was committed of each call of a source, as a checker sees it: it watches the database, never the intake.
import { createHash } from 'node:crypto'
import type { Payload, SourceRequest } from '@timbre/contract/providers/source-request.ts'
import type { SampleEnd } from '@timbre/contract/source.ts'
import { advance, closeCall } from '@timbre/server/sources/call-tracker.ts'
import { PROVIDERS } from '@timbre/server/sources/providers.ts'
import type { Signal } from '@timbre/server/sources/signal.ts'
import { readCall } from '@timbre/server/sources/source-intake.ts'
import { isEnd, newCall } from '@timbre/server/sources/tracked-call.ts'
import type { StorageMethod } from '@timbre/server/storage/interface/forwarding-storage.ts'
import type {
  AcceptEventsResult,
  AcceptRequest,
  CallAdvance,
  EraseRequest,
  NewEvent,
  SourceRow,
  TrackedCallRow,
} from '@timbre/server/storage/storage.ts'
import type { Ledger } from './ledger.ts'

/** What a provider said. */
export interface Told {
  readonly what: string
  readonly key: string
  readonly dedupeKey: string
  /** How often the call had been erased when it was said. */
  readonly erasures: number
}

/** What a call really was. */
interface Life {
  readonly end: SampleEnd
  readonly messages: number
}

const STATE_OF: Readonly<Record<SampleEnd, string>> = {
  answered: 'ended',
  unanswered: 'not_connected',
  failed: 'error',
}

interface Known {
  readonly version: number
  readonly state: string | null
  readonly hasEnded: boolean
  readonly dedupeKeys: ReadonlySet<string>
}

const NOTHING: Known = { version: 0, state: null, hasEnded: false, dedupeKeys: new Set() }

export class TrackedCalls {
  readonly #ledger: Ledger
  readonly #known = new Map<string, Known>()
  readonly #erasures = new Map<string, number>()
  readonly #signals = new Map<string, Map<string, Signal>>()
  readonly #acknowledged: Told[] = []
  /** By call: what it was, and how many messages say so. */
  readonly #lives = new Map<string, Life>()

  constructor(ledger: Ledger) {
    this.#ledger = ledger
  }

  /** A call of which a provider has so many messages. */
  begins({ workspaceId, id }: SourceRow, callId: string, life: Life): void {
    this.#lives.set(`${workspaceId} ${id} ${callId}`, life)
  }

  /** A provider posts this now. */
  says({ workspaceId, id, kind }: SourceRow, payload: Payload, request: SourceRequest): Told {
    const normalised = PROVIDERS[kind].normalise(payload, request)
    if (normalised.kind !== 'signal') throw new Error(`a sample of ${kind} says nothing of a call`)
    const { signal } = normalised
    const key = `${workspaceId} ${id} ${signal.callId}`
    const dedupeKey = createHash('sha256').update(signal.dedupeKey).digest('base64url')
    const signals = this.#signals.get(key) ?? new Map<string, Signal>()
    this.#signals.set(key, signals.set(dedupeKey, { ...signal, dedupeKey }))
    return { what: `${signal.callId} ${signal.event}`, key, dedupeKey, erasures: this.#erasures.get(key) ?? 0 }
  }

  acknowledged(told: Told): void {
    this.#acknowledged.push(told)
  }

  executed(method: StorageMethod, args: readonly unknown[], answer: unknown): void {
    // The arguments and answers of each method are those of the storage interface.
    if (method === 'eraseCall') this.#erased(args[0] as EraseRequest)
    if (method !== 'acceptEvents') return
    const { results } = answer as AcceptEventsResult
    for (const [index, { events, advance }] of (args[0] as AcceptRequest[]).entries()) {
      if (advance?.call != null && results[index]?.kind === 'accepted') this.#advanced(events, advance, advance.call)
    }
  }

  #erased({ workspaceId, callId }: EraseRequest): void {
    for (const key of this.#signals.keys()) {
      const [workspace, , call] = key.split(' ')
      if (workspace !== workspaceId || call !== callId) continue
      this.#known.delete(key)
      this.#erasures.set(key, (this.#erasures.get(key) ?? 0) + 1)
    }
  }

  #advanced(events: readonly NewEvent[], { signal }: CallAdvance, call: TrackedCallRow): void {
    const { trace } = this.#ledger
    const key = `${call.workspaceId} ${call.sourceId} ${call.callId}`
    const known = this.#known.get(key) ?? NOTHING
    const ends = events.filter(({ type }) => type !== 'call.status.updated')
    trace.add(`call ${call.callId} v${call.version} ${call.state} ${events.map(({ type }) => type).join(' ')}`)
    if (call.version !== known.version + 1)
      trace.violate(`the call ${call.callId} was advanced to ${call.version} where it was at ${known.version}`)
    if (rankOf(call.state) < rankOf(known.state))
      trace.violate(`the call ${call.callId} went back from ${known.state} to ${call.state}`)
    if (ends.length + (known.hasEnded ? 1 : 0) > 1) trace.violate(`the call ${call.callId} ended twice`)
    if (signal !== null && known.dedupeKeys.has(signal.dedupeKey))
      trace.violate(`the call ${call.callId} was advanced twice by one message`)
    if (known.hasEnded && !events.every(amends))
      trace.violate(`what came of ${call.callId} after its end does not amend it`)
    if (call.state !== known.state && !events.some((event) => statusOf(event) === call.state))
      trace.violate(`nobody was told that the call ${call.callId} is ${call.state}`)
    const dedupeKeys = signal === null ? known.dedupeKeys : new Set([...known.dedupeKeys, signal.dedupeKey])
    const hasEnded = known.hasEnded || ends.length > 0
    this.#known.set(key, { version: call.version, state: call.state, hasEnded, dedupeKeys })
  }

  /** When every call must have ended. */
  checkEnd(): void {
    const { database, trace } = this.#ledger
    const rows = database.rows<TrackedCallRow>(CALLS)
    for (const row of rows) this.#checkCall(row)
    const there = new Set(database.rows<{ key: string }>(SIGNALS).map(({ key }) => key))
    for (const { key, dedupeKey, what, erasures } of this.#acknowledged) {
      if (erasures === (this.#erasures.get(key) ?? 0) && !there.has(`${key} ${dedupeKey}`))
        trace.violate(`"${what}" was taken and is lost`)
    }
  }

  #checkCall(row: TrackedCallRow): void {
    const { database, trace } = this.#ledger
    const { workspaceId, sourceId, callId, kind, state } = row
    const key = `${workspaceId} ${sourceId} ${callId}`
    const call = readCall(row)
    if (call.terminal === null || row.dueAt !== null) trace.violate(`the call ${callId} never ended: it is ${state}`)
    if (this.#known.get(key)?.hasEnded === false) trace.violate(`the call ${callId} ended and nobody was told`)
    // Of an end that the clock made up only the provider could say what it was.
    if (call.isSilent) return
    const dedupeKeys = database.rows<{ dedupe_key: string }>(SIGNALS_OF, workspaceId, sourceId, callId)
    const said = dedupeKeys.flatMap(({ dedupe_key }) => this.#signals.get(key)?.get(dedupe_key) ?? [])
    const times = PROVIDERS[kind]
    const joined = said.reduce((one, signal) => advance(one, signal, 0, times).call, newCall(call.id, callId, 0))
    const expected = closeCall(joined, 0, times).call.state
    if (expected !== state) trace.violate(`the call ${callId} is ${state}; its messages in order make it ${expected}`)
    const life = this.#lives.get(key)
    if (life?.messages === said.length && state !== STATE_OF[life.end])
      trace.violate(`the call ${callId} was ${life.end}, everything was said of it, and it is ${state}`)
  }
}

function amends({ envelope }: NewEvent): boolean {
  return typeof dataOf(envelope)['amends'] === 'string'
}

function statusOf({ type, envelope }: NewEvent): unknown {
  return type === 'call.status.updated' ? dataOf(envelope)['call_status'] : undefined
}

function dataOf(body: string): Record<string, unknown> {
  return JSON.parse(body).data
}

function rankOf(state: string | null): number {
  if (state === 'registered') return 1
  if (state === 'ongoing') return 2
  // The intake writes what the tracker knows, which are states.
  return isEnd(state as Parameters<typeof isEnd>[0]) ? 3 : 0
}

const CALLS = `
SELECT workspace_id AS workspaceId, source_id AS sourceId, call_id AS callId, kind, state, version, tracked, due_at AS dueAt,
  created_at AS createdAt, updated_at AS updatedAt FROM source_calls`
const SIGNALS = `SELECT workspace_id || ' ' || source_id || ' ' || call_id || ' ' || dedupe_key AS key FROM source_signals`
const SIGNALS_OF = `
SELECT dedupe_key FROM source_signals WHERE workspace_id = ? AND source_id = ? AND call_id = ? ORDER BY dedupe_key`
