// Owns the storage of sources, of what they said of each call, and of where each call stands.
import type { RefusalCause, SourceKind } from '@timbre/contract/source.ts'
import type { ChangeContext, Page, PageRequest } from './change-context.ts'
import type { Resealed } from './sealed-storage.ts'

export interface SourceRow {
  readonly workspaceId: string
  readonly id: string
  readonly name: string
  readonly kind: SourceKind
  /** Of its URL; no two are the same, and the workspace can be read off it. */
  readonly token: string
  /** Its secrets and the key of the provider's API, as one text. */
  readonly sealed: string
  readonly secretPreview: string
  readonly previousSecretExpiresAt: number | null
  readonly hasApiKey: boolean
  /** What is not secret of how it is set up, as JSON text. */
  readonly setup: string
  readonly version: number
  readonly createdAt: number
  readonly updatedAt: number
}

export type SourceChange = Partial<
  Pick<SourceRow, 'name' | 'sealed' | 'secretPreview' | 'previousSecretExpiresAt' | 'hasApiKey' | 'setup'>
>

/** What is sealed of a source, and until when the last of its replaced secrets is taken. */
export type SealedSource = Pick<SourceRow, 'workspaceId' | 'id' | 'sealed' | 'previousSecretExpiresAt'>

/** A call of a source. */
export interface TrackedCallKey {
  readonly workspaceId: string
  readonly sourceId: string
  readonly callId: string
}

/** Where a call stands. */
export interface TrackedCallRow extends TrackedCallKey {
  readonly kind: SourceKind
  readonly state: string | null
  /** 1 when it is new; every change is the next one. */
  readonly version: number
  /** What the tracker knows, as JSON text. */
  readonly tracked: string
  /** When something is to be done about it without a signal; null: never. */
  readonly dueAt: number | null
  readonly createdAt: number
  readonly updatedAt: number
}

/** What a source said, once: as evidence. */
export interface SignalRow {
  readonly id: string
  /** The same for the same message sent again. */
  readonly dedupeKey: string
  readonly callId: string | null
  readonly event: string
  readonly state: string | null
  readonly occurredAt: number | null
  readonly receivedAt: number
  /** The beginning of what came. */
  readonly payload: string
}

/** A signal, and whose it is. */
export interface ListedSignalRow extends SignalRow {
  readonly sourceId: string
}

/** Where a call stands, and how much was said of it. */
export interface TrackedCallSummary
  extends Pick<TrackedCallRow, 'sourceId' | 'callId' | 'kind' | 'state' | 'updatedAt'> {
  /** Of all sources, as far as was counted. */
  readonly signalCount: number
}

/** What is written with the events that follow from it, or not at all. */
export interface CallAdvance {
  readonly sourceId: string
  /** null: time has passed. */
  readonly signal: SignalRow | null
  /** null: it is of no call that is tracked. It is written only in the place of the version before it. */
  readonly call: TrackedCallRow | null
}

export interface SoughtTrackedCall extends TrackedCallKey {
  readonly dedupeKey: string
}

export interface FoundTrackedCall {
  readonly call: TrackedCallRow | null
  /** The source has sent the same message before. */
  readonly isRepeat: boolean
}

export interface RefusedRequestRow {
  readonly workspaceId: string
  readonly sourceId: string
  readonly id: string
  readonly receivedAt: number
  readonly cause: RefusalCause
  readonly detail: string | null
  readonly remoteAddress: string | null
  /** As JSON text. */
  readonly headers: string
  readonly body: string
  readonly unkept: number
}

export interface PruneSourcesRequest {
  readonly now: number
  readonly retentionDaysDefault: number
  /** Where the batch before ended; null: at the first. */
  readonly after: Pick<SourceRow, 'workspaceId' | 'id'> | null
  readonly rowsMax: number
}

export interface PruneSourcesResult {
  readonly next: PruneSourcesRequest['after']
  /** It was the last source. */
  readonly isDone: boolean
}

export interface SourceStorage {
  /** Throws SOURCE_LIMIT_REACHED when the workspace has `limit` sources. */
  createSource(row: SourceRow, limit: number, context: ChangeContext): Promise<void>
  listSources(workspaceId: string, request: PageRequest): Promise<Page<SourceRow>>
  findSource(workspaceId: string, id: string): Promise<SourceRow | undefined>
  findSourceByToken(workspaceId: string, token: string): Promise<SourceRow | undefined>
  /** undefined, and nothing is written, when it has another version than `version`. Throws SOURCE_NOT_FOUND. */
  updateSource(
    workspaceId: string,
    id: string,
    version: number,
    change: SourceChange,
    context: ChangeContext,
  ): Promise<SourceRow | undefined>
  /** Its URL is dead at once; its calls that are open are closed in their time, its signals are pruned. Throws SOURCE_NOT_FOUND. */
  deleteSource(workspaceId: string, id: string, context: ChangeContext): Promise<void>
  /** When each of the sources sent something last; tests do not count. */
  lastSignals(workspaceId: string, sourceIds: readonly string[]): Promise<ReadonlyMap<string, number>>
  /** Keeps the last `keep` of a source. */
  addRefusedRequest(row: RefusedRequestRow, keep: number): Promise<void>
  /** Newest first. */
  listRefusedRequests(workspaceId: string, sourceId: string): Promise<readonly RefusedRequestRow[]>
  /** One for each, in order. */
  findTrackedCalls(sought: readonly SoughtTrackedCall[]): Promise<readonly FoundTrackedCall[]>
  /** What sources said of a call: the newest, oldest first. */
  listSignals(workspaceId: string, callId: string, limit: number): Promise<readonly ListedSignalRow[]>
  /** What a source said last, newest first. */
  listSignalsOfSource(workspaceId: string, sourceId: string, limit: number): Promise<readonly ListedSignalRow[]>
  /** Those of the calls that a source tells of, a row for each source; no more than `signalsMax` signals of each are counted. */
  summarizeTrackedCalls(
    workspaceId: string,
    callIds: readonly string[],
    signalsMax: number,
  ): Promise<readonly TrackedCallSummary[]>
  /** The calls of a workspace with that id; of several sources there may be several. */
  listTrackedCalls(workspaceId: string, callId: string): Promise<readonly TrackedCallRow[]>
  /** Calls of all workspaces whose time has come, the longest overdue first. */
  listDueCalls(now: number, limit: number): Promise<readonly TrackedCallRow[]>
  /**
   * Removes signals that came longer ago than the retention of their workspace, and calls that have ended and were not heard of since then;
   * of a deleted source all of them, and then the source: one bounded batch.
   */
  pruneSources(request: PruneSourcesRequest): Promise<PruneSourcesResult>
  listSealedSources(after: Pick<SourceRow, 'workspaceId' | 'id'> | null, limit: number): Promise<SealedSource[]>
  /** Those with a replaced secret, whether or not its time has ended. */
  listReplacedSecrets(after: Pick<SourceRow, 'workspaceId' | 'id'> | null, limit: number): Promise<SealedSource[]>
  /** As SealedStorage.replaceSealedWebhooks. */
  replaceSealedSources(rows: readonly Resealed<SealedSource>[]): Promise<number>
}
