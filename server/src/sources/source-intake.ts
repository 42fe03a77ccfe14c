// Owns the way of a provider's request: verified, understood, and written with the events that follow from it, in one commit.
// Must never say that it was taken before that is on disk, nor advance a call from anything but the version that is stored.
import { createHash } from 'node:crypto'
import { formatId, parseId } from '@timbre/contract/ids.ts'
import type { SourceKeys } from '@timbre/contract/providers/provider-signature.ts'
import { PROVIDER_SIGNATURES } from '@timbre/contract/providers/provider-signatures.ts'
import { bodyText, readPayload, type SourceRequest } from '@timbre/contract/providers/source-request.ts'
import type { RefusalCause } from '@timbre/contract/source.ts'
import type { EngineApi } from '../engine/engine-api.ts'
import { GroupCommit } from '../engine/group-commit.ts'
import type { Clock } from '../platform/clock.ts'
import type { EventLoop } from '../platform/event-loop.ts'
import type { Random } from '../platform/random.ts'
import type { Vault } from '../platform/vault.ts'
import type {
  FoundTrackedCall,
  NewEvent,
  SignalRow,
  SoughtTrackedCall,
  SourceRow,
  Storage,
  TrackedCallKey,
  TrackedCallRow,
} from '../storage/storage.ts'
import { callData, mappedAgent, terminalEventId } from './call-events.ts'
import { type Advance, advance, closeCall } from './call-tracker.ts'
import { PROVIDERS } from './providers.ts'
import type { Normalised, Signal } from './signal.ts'
import { openSecrets, secretsAt } from './source-secrets.ts'
import { readSetup, type SourceSetup } from './source-setup.ts'
import { newCall, type TrackedCall } from './tracked-call.ts'

export interface SourceIntakeDependencies {
  readonly storage: Pick<Storage, 'findTrackedCalls'>
  readonly engine: Pick<EngineApi, 'accept'>
  readonly vault: Vault
  readonly clock: Clock
  readonly random: Random
  readonly loop: Pick<EventLoop, 'afterTick'>
}

/** Of a test: no provider has sent it. */
export interface TestOptions {
  /** What it is signed with, beside the secrets of the source. */
  readonly publicKey?: string
}

/** What became of a provider's request. */
export type Taken =
  | { readonly kind: 'taken' | 'repeated' }
  | { readonly kind: 'refused'; readonly cause: RefusalCause; readonly detail: string | null }

/** Of what came, so much is kept as evidence. */
const PAYLOAD_LENGTH_MAX = 4096
const READS_MAX = 200
/** Another node may have been quicker; so often in a row it is not. */
const TRIES_MAX = 8

type Source = Pick<SourceRow, 'workspaceId' | 'id' | 'kind'>

export class SourceIntake {
  readonly #dependencies: SourceIntakeDependencies
  /** By call: the last that was begun. One after another, so that none is advanced from a version that is being replaced. */
  readonly #underWay = new Map<string, Promise<unknown>>()

  /** Calls that are asked for while others are being read are read together. */
  readonly #reads: GroupCommit<SoughtTrackedCall, FoundTrackedCall>

  constructor(dependencies: SourceIntakeDependencies) {
    const { storage, loop } = dependencies
    this.#dependencies = dependencies
    this.#reads = new GroupCommit({
      commit: (sought) => storage.findTrackedCalls(sought),
      weight: () => 1,
      batchWeightMax: READS_MAX,
      loop,
    })
  }

  /**
   * Resolves after the fsync. Throws TOO_MANY_REQUESTS as EngineApi.accept does.
   * @param test its events say that they are of a test; absent: the provider has sent it
   */
  async take(source: SourceRow, request: SourceRequest, test?: TestOptions): Promise<Taken> {
    const { clock, vault } = this.#dependencies
    const now = clock.now()
    const setup = readSetup(source.setup)
    const keys: SourceKeys = {
      secrets: [
        ...secretsAt(openSecrets(vault, source), now),
        ...(test?.publicKey === undefined ? [] : [test.publicKey]),
      ],
      ...(setup.verification === null ? {} : { hmac: setup.verification }),
    }
    const provider = PROVIDERS[source.kind]
    const verdict = PROVIDER_SIGNATURES[source.kind].verify(request, keys, now)
    if (!verdict.isVerified) return { kind: 'refused', cause: verdict.cause, detail: verdict.detail ?? null }
    const payload = readPayload(request)
    if (payload === undefined) return { kind: 'refused', cause: 'not_readable', detail: null }
    const normalised = provider.normalise(payload, request, setup.fields ?? undefined)
    if (normalised.kind === 'needs_answer') {
      return { kind: 'refused', cause: 'needs_answer', detail: normalised.event }
    }
    const row = this.#signalRow(normalised, request, now)
    if (normalised.kind === 'signal') {
      const { provider: own } = normalised.signal
      const marked = test === undefined ? own : { is_test: true, ...own }
      const signal = { ...normalised.signal, provider: marked, dedupeKey: row.dedupeKey }
      return this.#advance(source, setup, signal, row)
    }
    await this.#write(source, { signal: row, call: null, events: [] })
    return { kind: 'taken' }
  }

  /** A call whose time has come by the clock: false when it had not, after all. */
  close(row: TrackedCallRow, setup: SourceSetup): Promise<boolean> {
    const source = { ...row, id: row.sourceId }
    return this.#oneByOne(row, async () => {
      const { workspaceId, sourceId, callId } = row
      const found = await this.#reads.add({ workspaceId, sourceId, callId, dedupeKey: '' })
      const now = this.#dependencies.clock.now()
      const stored = found.call
      if (stored === null || stored.dueAt === null || stored.dueAt > now) return false
      const closed = closeCall(readCall(stored), now, PROVIDERS[row.kind])
      return this.#write(source, this.#written(source, setup, stored, closed, null))
    })
  }

  /** Puts off what is due about a call, so that no other node does it meanwhile: false when one was quicker. */
  postpone(row: TrackedCallRow, setup: SourceSetup, ms: number): Promise<boolean> {
    const source = { ...row, id: row.sourceId }
    const before = readCall(row)
    const call = { ...before, asked: before.asked + 1, dueAt: this.#dependencies.clock.now() + ms }
    return this.#oneByOne(row, () =>
      this.#write(source, this.#written(source, setup, row, { call, emissions: [] }, null)),
    )
  }

  /** What a provider answered when it was asked. */
  tell(source: Source, setup: SourceSetup, signal: Signal, response: string): Promise<Taken> {
    const request = { method: 'GET', url: '', headers: {}, body: Buffer.from(response) }
    const row = this.#signalRow({ kind: 'signal', signal }, request, this.#dependencies.clock.now())
    return this.#advance(source, setup, { ...signal, dedupeKey: row.dedupeKey }, row)
  }

  #advance(source: Source, setup: SourceSetup, signal: Signal, row: SignalRow): Promise<Taken> {
    const { workspaceId, id: sourceId } = source
    const key = { workspaceId, sourceId, callId: signal.callId }
    return this.#oneByOne(key, async () => {
      const { clock, random } = this.#dependencies
      for (let tries = 1; tries <= TRIES_MAX; tries++) {
        const found = await this.#reads.add({ ...key, dedupeKey: signal.dedupeKey })
        if (found.isRepeat) return { kind: 'repeated' }
        const now = clock.now()
        const stored = found.call
        const before = stored === null ? newCall(random.uuid(now), signal.callId, now) : readCall(stored)
        const advanced = advance(before, signal, now, PROVIDERS[source.kind])
        if (await this.#write(source, this.#written(source, setup, stored, advanced, row))) return { kind: 'taken' }
      }
      throw new Error(`the call ${signal.callId} was advanced by others ${TRIES_MAX} times in a row`)
    })
  }

  /** False when another node has advanced the call meanwhile. */
  async #write(
    { workspaceId, id: sourceId }: Source,
    { signal, call, events }: { signal: SignalRow | null; call: TrackedCallRow | null; events: readonly NewEvent[] },
  ): Promise<boolean> {
    const result = await this.#dependencies.engine.accept({ workspaceId, events, advance: { sourceId, signal, call } })
    return result.kind === 'accepted'
  }

  #written(
    source: Source,
    setup: SourceSetup,
    stored: TrackedCallRow | null,
    { call, emissions }: Advance,
    signal: SignalRow | null,
  ) {
    const { workspaceId, id: sourceId, kind } = source
    const now = this.#dependencies.clock.now()
    const agentId = mappedAgent(call, setup.agentMap)
    const events = emissions.map((emission): NewEvent => {
      const isTerminal = emission.type !== 'call.status.updated'
      const id = isTerminal ? terminalEventId(call) : formatId('event', this.#dependencies.random.uuid(now))
      const { type } = emission
      const data = callData(call, emission, kind, agentId)
      const envelope = JSON.stringify({ id, type, created_at: new Date(now).toISOString(), data })
      const agent = data['agent_id']
      return {
        id,
        type,
        agentId: typeof agent === 'string' ? (parseId('agent', agent) ?? null) : null,
        callId: call.callId,
        createdAt: now,
        acceptedAt: now,
        envelope,
      }
    })
    const row: TrackedCallRow = {
      workspaceId,
      sourceId,
      callId: call.callId,
      kind,
      state: call.state,
      version: (stored?.version ?? 0) + 1,
      tracked: JSON.stringify(call),
      dueAt: call.dueAt,
      createdAt: stored?.createdAt ?? now,
      updatedAt: now,
    }
    return { signal, call: row, events }
  }

  #signalRow(
    normalised: Exclude<Normalised, { kind: 'needs_answer' }>,
    request: SourceRequest,
    now: number,
  ): SignalRow {
    const said = normalised.kind === 'signal' ? normalised.signal : { ...normalised, state: null, occurredAt: null }
    return {
      id: this.#dependencies.random.uuid(now),
      // Bounded, whatever a provider puts into its ids.
      dedupeKey: createHash('sha256').update(said.dedupeKey).digest('base64url'),
      callId: said.callId,
      event: said.event.slice(0, 256),
      state: said.state,
      occurredAt: said.occurredAt,
      receivedAt: now,
      payload: bodyText(request).slice(0, PAYLOAD_LENGTH_MAX),
    }
  }

  async #oneByOne<T>({ workspaceId, sourceId, callId }: TrackedCallKey, work: () => Promise<T>): Promise<T> {
    const key = `${workspaceId} ${sourceId} ${callId}`
    const before = this.#underWay.get(key) ?? Promise.resolve()
    const own = before.catch(() => undefined).then(work)
    this.#underWay.set(key, own)
    try {
      return await own
    } finally {
      if (this.#underWay.get(key) === own) this.#underWay.delete(key)
    }
  }
}

export function readCall({ tracked }: TrackedCallRow): TrackedCall {
  return JSON.parse(tracked) as TrackedCall // written above from the same type
}
