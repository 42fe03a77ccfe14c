// Owns accepting: a publish request through admission and its queue into one commit with others, and what was leased with it into the lanes.
// Must never resolve before the fsync.
import type { Metrics } from '../metrics.ts'
import type { AcceptRequest, AcceptResult, Storage } from '../storage/storage.ts'
import { AcceptQueue, type AcceptQueueDependencies } from './accept-queue.ts'
import type { Refused } from './engine-api.ts'
import type { EngineLog } from './engine-log.ts'
import type { Intake } from './intake.ts'

export interface AcceptorDependencies extends Omit<AcceptQueueDependencies, 'commit' | 'onRefused'> {
  readonly storage: Pick<Storage, 'acceptEvents'>
  readonly intake: Pick<Intake, 'offer' | 'pushAccepted'>
  readonly metrics: Pick<Metrics, 'accepted' | 'refused'>
  readonly told: Pick<EngineLog, 'accepted'>
  readonly onChanged?: (workspaceId: string) => void
  /** More was due than was offered for: it waits in the tables. */
  readonly onOverflow: () => void
  /** Consumers may have something of these webhooks. */
  readonly onPulled: (webhookIds: readonly string[]) => void
}

export class Acceptor {
  readonly #dependencies: AcceptorDependencies
  readonly #queue: AcceptQueue

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

  /** Resolves after the fsync. Throws TOO_MANY_REQUESTS. */
  accept(request: AcceptRequest): Promise<AcceptResult> {
    return this.#queue.add(request)
  }

  /** See EngineApi.admit. */
  admit(workspaceId?: string): Refused | undefined {
    return this.#queue.admit(workspaceId)
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
    onPulled(result.pulled)
    if (onChanged !== undefined) for (const { workspaceId } of batch) onChanged(workspaceId)
    return result.results
  }
}
