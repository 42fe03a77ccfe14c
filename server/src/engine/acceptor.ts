// Owns accepting: a publish request through admission, and its queue, into one commit with others, and what was leased with it into the
// lanes; who is next in the queue, and how much of a commit each takes.
// Must never resolve before the fsync, nor let one workspace's events, or what they are sent to, decide when another's are on disk.
import { Refusal } from '@timbre/contract/errors.ts'
import type { Metrics } from '../metrics.ts'
import { LruMap } from '../platform/lru-map.ts'
import type { AcceptRequest, AcceptResult, Storage } from '../storage/storage.ts'
import { AdmissionControl, type AdmissionControlDependencies } from './admission-control.ts'
import type { Refused } from './engine-api.ts'
import type { EngineLog } from './engine-log.ts'
import { GroupCommit } from './group-commit.ts'
import type { Intake } from './intake.ts'
import { isOutage } from './outage.ts'
import type { TrustedClock } from './trusted-clock.ts'

export interface AcceptorDependencies extends Omit<AcceptQueueDependencies, 'commit' | 'onRefused'> {
  readonly storage: Pick<Storage, 'acceptEvents'>
  readonly intake: Pick<Intake, 'offer' | 'pushAccepted'>
  readonly metrics: Pick<Metrics, 'accepted' | 'refused'>
  readonly told: Pick<EngineLog, 'accepted'>
  readonly onChanged?: (workspaceId: string) => void
  readonly trusted: Pick<TrustedClock, 'noteWritten'>
  /** More was due than was offered for: it waits in the tables. */
  readonly onOverflow: () => void
  /** Consumers may have something of these webhooks. */
  readonly onPulled: (webhookIds: readonly string[]) => void
}

export class Acceptor {
  readonly #dependencies: AcceptorDependencies
  readonly #queue: AcceptQueue
  #isStopping = false

  constructor(dependencies: AcceptorDependencies) {
    this.#dependencies = dependencies
    this.#queue = new AcceptQueue({
      ...dependencies,
      onRefused: (short) => dependencies.metrics.refused(short),
      commit: (batch) => this.#commit(batch),
    })
  }

  /** Milliseconds. */
  get expectedWaitMs(): number {
    return this.#queue.expectedWaitMs
  }

  /** Resolves after the fsync. Throws TOO_MANY_REQUESTS, NOT_READY. */
  accept(request: AcceptRequest): Promise<AcceptResult> {
    if (this.#isStopping) throw new Refusal('NOT_READY')
    const { events, advance } = request
    const at = events[0]?.acceptedAt ?? advance?.signal?.receivedAt ?? advance?.call?.updatedAt
    if (at !== undefined) this.#dependencies.trusted.noteWritten(at)
    return this.#queue.add(request)
  }

  /** See EngineApi.admit. */
  admit(workspaceId?: string): Refused | undefined {
    return this.#queue.admit(workspaceId)
  }

  /** From now on nothing is accepted. */
  stop(): void {
    this.#isStopping = true
  }

  /** Resolves when nothing waits and nothing is being written. */
  drained(): Promise<void> {
    return this.#queue.drained()
  }

  async #commit(batch: readonly AcceptRequest[]): Promise<readonly AcceptResult[]> {
    const { storage, intake, metrics, told, onOverflow, onPulled, onChanged } = this.#dependencies
    const offer = intake.offer()
    const result = await storage.acceptEvents(batch, offer)
    metrics.accepted(result)
    told.accepted(batch, result.results)
    intake.pushAccepted(batch, result, offer)
    if (result.overflow > 0) onOverflow()
    if (result.pulled.length > 0) onPulled(result.pulled)
    if (onChanged !== undefined) for (const { workspaceId } of batch) onChanged(workspaceId)
    return result.results
  }
}

interface AcceptQueueDependencies extends AdmissionControlDependencies {
  /** Writes requests in one transaction; one result for each. */
  readonly commit: (batch: readonly AcceptRequest[]) => Promise<readonly AcceptResult[]>
}

interface Queued {
  readonly request: AcceptRequest
  readonly weight: number
}

/** As much as so many events to a few webhooks each: a larger request has a commit of its own. */
const BATCH_WEIGHT_MAX = 500
/** A delivery costs a commit about a sixth of what an event costs. */
const DELIVERIES_PER_WEIGHT = 6
const WORKSPACES_MAX = 10_000

export class AcceptQueue {
  readonly #commit: AcceptQueueDependencies['commit']
  readonly #admission: AdmissionControl
  readonly #commits: GroupCommit<Queued, AcceptResult>
  /** Deliveries of each event of a workspace, when it was here last. */
  readonly #fanOut = new LruMap<number>(WORKSPACES_MAX)

  constructor(dependencies: AcceptQueueDependencies) {
    this.#commit = dependencies.commit
    this.#admission = new AdmissionControl(dependencies)
    this.#commits = new GroupCommit({
      commit: (batch) => this.#admission.write(sizeOf(batch), () => this.#write(batch)),
      weight: ({ weight }) => weight,
      ownerOf: ({ request }) => request.workspaceId,
      batchWeightMax: BATCH_WEIGHT_MAX,
      isOutage,
      loop: dependencies.loop,
    })
  }

  get expectedWaitMs(): number {
    return this.#admission.expectedWaitMs
  }

  /** See EngineApi.admit. */
  admit(workspaceId?: string): Refused | undefined {
    return this.#admission.admit(workspaceId)
  }

  /** Resolves after the fsync. Throws TOO_MANY_REQUESTS. */
  add(request: AcceptRequest): Promise<AcceptResult> {
    const { workspaceId, events } = request
    const fanOut = this.#fanOut.get(workspaceId) ?? 0
    // A signal that leads to no event is a row all the same.
    const weight = Math.max(Math.round(events.length * Math.max(fanOut / DELIVERIES_PER_WEIGHT, 1)), 1)
    return this.#admission.pass(workspaceId, weight, () => this.#commits.add({ request, weight }))
  }

  /** Resolves when nothing waits and nothing is being written. */
  drained(): Promise<void> {
    return this.#commits.drained()
  }

  async #write(batch: readonly Queued[]): Promise<readonly AcceptResult[]> {
    const results = await this.#commit(batch.map(({ request }) => request))
    for (const [nth, { request }] of batch.entries()) {
      const result = results[nth]
      if (result?.kind !== 'accepted') continue
      const deliveries = result.events.reduce((sum, { deliveryCount }) => sum + deliveryCount, 0)
      this.#fanOut.set(request.workspaceId, deliveries / Math.max(result.events.length, 1))
    }
    return results
  }
}

function sizeOf(batch: readonly Queued[]) {
  return { requests: batch.length, events: batch.reduce((sum, { weight }) => sum + weight, 0) }
}
