// Owns what each workspace holds of this node's memory, and what may be leased now: in all, for each workspace, and for each webhook
// (docs/decisions/0041). Must never offer one workspace so much that another finds nothing.
import { LEASED_IN_RESERVE, type LeaseOffer } from '../storage/storage.ts'

/**
 * Dynamic thresholds, as in switches that share a buffer: who holds more takes less, and something is always free for the
 * next. A lane may have a quarter of what is free, a workspace twice that much: two thirds of all when it is alone.
 */
const LANE_OF_FREE = 1 / 4
const WORKSPACE_OF_FREE = 2

/**
 * More capacity than the default is told only while there are so few lanes: each then may want many deliveries at once. Told of
 * 500 lanes it would be 22 kB with every commit. So many are also kept when they are idle: a lane that has run dry for a
 * moment is still one that delivers, and what it has no capacity for must be claimed, on PostgreSQL at the price of the rest of its way.
 */
export const LANES_TOLD_MAX = 64

/**
 * So many webhooks find their few beyond what is held in all (LEASED_IN_RESERVE), and of so many is told that they have them: some 45 kB
 * with every commit, while their workspace is full.
 */
const RESERVED_WEBHOOKS = 1024
const RESERVE_MAX = RESERVED_WEBHOOKS * LEASED_IN_RESERVE

/** What of a lane is asked. */
export interface OfferedLane {
  readonly webhookId: string
  readonly workspace: WorkspaceShare
  readonly waiting: number
  readonly inFlight: number
  capacity(share: number): number
}

export interface HeldNow {
  readonly held: number
  readonly heldMax: number
  readonly capacityDefault: number
  readonly lanes: ReadonlyMap<string, OfferedLane>
  readonly workspaces: Iterable<WorkspaceShare>
}

export type Capacity = Omit<LeaseOffer, 'token' | 'until' | 'firstWaitMs'>

export function offeredCapacity({ held, heldMax, capacityDefault, lanes, workspaces }: HeldNow): Capacity {
  const free = Math.max(heldMax - held, 0)
  const reserve = Math.max(Math.min(heldMax + RESERVE_MAX - held, RESERVE_MAX), 0)
  const workspaceDefault = free * WORKSPACE_OF_FREE
  const ofWorkspaces: [string, number][] = []
  const full = new Set<WorkspaceShare>()
  for (const workspace of workspaces) {
    const left = workspaceDefault - workspace.held
    if (left <= 0) full.add(workspace)
    if (left < workspaceDefault / 2) ofWorkspaces.push([workspace.id, Math.max(left, 0)])
  }
  const laneShare = Math.floor(free * LANE_OF_FREE)
  const isMoreTold = lanes.size <= LANES_TOLD_MAX
  const capacity: [string, number][] = []
  let fullTold = 0
  for (const lane of lanes.values()) {
    const own = lane.capacity(laneShare)
    const isFull = full.has(lane.workspace) && lane.waiting + lane.inFlight >= LEASED_IN_RESERVE
    if (isFull && fullTold < RESERVED_WEBHOOKS) {
      fullTold++
      capacity.push([lane.webhookId, 0])
    } else if (own < capacityDefault / 2 || (isMoreTold && own > capacityDefault)) capacity.push([lane.webhookId, own])
  }
  return {
    limit: free + reserve,
    capacityDefault,
    capacity,
    workspaceDefault,
    workspaces: ofWorkspaces,
    common: free,
    reserve,
  }
}

export interface WorkspaceShare {
  readonly id: string
  /** Of its webhooks, those that have a lane. */
  lanes: number
  /** Deliveries that wait, are in flight, or have an end that is not recorded yet. */
  held: number
  /** Texts that are kept for deliveries that wait, each once. */
  keptSize: number
  /** Envelopes in flight, each as often as it is: in the common budget, and in the reserve. */
  flightSize: number
  reserveSize: number
}

export class WorkspaceShares {
  readonly #shares = new Map<string, WorkspaceShare>()

  /** The share of a workspace, for one more lane. */
  join(id: string): WorkspaceShare {
    let share = this.#shares.get(id)
    if (share === undefined) {
      share = { id, lanes: 0, held: 0, keptSize: 0, flightSize: 0, reserveSize: 0 }
      this.#shares.set(id, share)
    }
    share.lanes++
    return share
  }

  /** One of its lanes was forgotten. */
  leave(share: WorkspaceShare): void {
    share.lanes--
    this.#forgetUnused(share)
  }

  /** A delivery is held no longer. */
  release(share: WorkspaceShare): void {
    share.held--
    this.#forgetUnused(share)
  }

  values(): Iterable<WorkspaceShare> {
    return this.#shares.values()
  }

  #forgetUnused(share: WorkspaceShare): void {
    if (share.lanes === 0 && share.held === 0) this.#shares.delete(share.id)
  }
}
