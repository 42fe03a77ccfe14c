// Owns publish requests between admission and their commit: who is next, and how much of a commit each takes.
// Must never let one workspace's events, or what they are sent to, decide when another's are on disk.
import { LRUCache } from 'lru-cache'
import type { AcceptRequest, AcceptResult } from '../storage/storage.ts'
import { AdmissionControl, type AdmissionControlDependencies } from './admission-control.ts'
import type { Refused } from './engine-api.ts'
import { GroupCommit } from './group-commit.ts'
import { isOutage } from './outage.ts'

export interface AcceptQueueDependencies extends AdmissionControlDependencies {
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
  readonly #fanOut = new LRUCache<string, number>({ max: WORKSPACES_MAX })

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
