// Owns which webhooks have a lane, and what is remembered of those that have none: a lane that rests is forgotten sooner or later.
// Must never grow with every webhook that failed once.
import { LruMap } from '../platform/lru-map.ts'
import { Lane, type LanePast } from './lane.ts'
import { LANES_TOLD_MAX, WorkspaceShares } from './lane-offer.ts'

/** Of lanes that stalled or failed: 200 bytes each. */
const PASTS_MAX = 4096

export interface LaneBookDependencies {
  readonly slotsMax: () => number
  readonly onWake: (lane: Lane) => void
  /** The lane is not used any more. */
  readonly onForgotten: (lane: Lane) => void
}

export class LaneBook {
  readonly workspaces = new WorkspaceShares()
  readonly #dependencies: LaneBookDependencies
  readonly #lanes = new Map<string, Lane>()
  /** Those that have nothing to do, the one that has rested longest first. */
  readonly #resting = new Set<Lane>()
  readonly #pasts = new LruMap<LanePast>(PASTS_MAX)

  constructor(dependencies: LaneBookDependencies) {
    this.#dependencies = dependencies
  }

  get lanes(): ReadonlyMap<string, Lane> {
    return this.#lanes
  }

  get(webhookId: string): Lane | undefined {
    return this.#lanes.get(webhookId)
  }

  /** The lane of a webhook, which gets something to do. */
  open(webhookId: string, workspaceId: string): Lane {
    const known = this.#lanes.get(webhookId)
    if (known !== undefined) {
      this.#resting.delete(known)
      return known
    }
    const { slotsMax, onWake } = this.#dependencies
    const past = this.#pasts.get(webhookId)
    const lane = new Lane({ webhookId, workspace: this.workspaces.join(workspaceId), slotsMax, past, onWake })
    this.#lanes.set(webhookId, lane)
    this.#forgetRested()
    return lane
  }

  /** It has nothing to do. One that does not deliver is forgotten at once, but for how little it was sent at last. */
  rest(lane: Lane): void {
    const { past } = lane
    if (past === undefined) {
      this.#resting.add(lane)
      this.#forgetRested()
    } else {
      this.#pasts.set(lane.webhookId, past)
      this.#forget(lane)
    }
  }

  /** How many deliveries of a webhook a replay may have due. */
  replayCapacity(webhookId: string): number {
    const lane = this.#lanes.get(webhookId)
    if (lane !== undefined) return lane.replayCapacity
    return Lane.replayCapacityDefault(this.#pasts.get(webhookId)?.slots ?? this.#dependencies.slotsMax())
  }

  /** It may be another receiver now. */
  forgetPast(webhookId: string): void {
    this.#pasts.delete(webhookId)
  }

  #forgetRested(): void {
    for (const lane of this.#resting) {
      if (this.#lanes.size <= LANES_TOLD_MAX) return
      this.#forget(lane)
    }
  }

  #forget(lane: Lane): void {
    this.#resting.delete(lane)
    this.#lanes.delete(lane.webhookId)
    this.workspaces.leave(lane.workspace)
    this.#dependencies.onForgotten(lane)
  }
}
