// Owns how much is sent to one origin (scheme, host and port) at once, over all webhooks and workspaces, and how much less
// while it fails (CONTRACT §3 "In flight", docs/decisions/0042).
// Must never let one workspace's requests, or what fails, take the place of what another's webhooks send to the same origin.
import type { Cancel, Clock } from '../platform/clock.ts'
import { FairQueue } from '../platform/fair-queue.ts'
import type { Membership } from '../storage/storage.ts'
import { FailureBrake } from './failure-brake.ts'

/** How the last attempts of one webhook ended, most of them. */
export type Health = 'unknown' | 'well' | 'failing'

/** A lane as its origin sees it. */
export interface OriginUser {
  readonly health: Health
  readonly inFlight: number
  readonly waiting: number
  /** It may begin something now. */
  wake(): void
}

/** What a workspace has at an origin. */
export interface OriginShare {
  readonly origin: Origin
  readonly workspaceId: string
  readonly brake: FailureBrake
  inFlight: number
  /** Of these, of webhooks of which nothing had ended yet. */
  newInFlight: number
  /** Lanes that send there. */
  users: number
}

interface Origin {
  readonly name: string
  readonly brake: FailureBrake
  readonly shares: Map<string, OriginShare>
  /** Who waits, by its health. Those that fail wait for their time too. */
  readonly queues: Readonly<Record<Health, FairQueue<OriginShare, OriginUser>>>
  inFlight: number
  cancelTimer: Cancel | undefined
}

export interface OriginsDependencies {
  readonly clock: Clock
  readonly membership: Pick<Membership, 'nodes'>
}

export interface OriginsOptions {
  /** Over all nodes, which share it in equal parts; but each has one at least. Absent: IN_FLIGHT_PER_ORIGIN_MAX_DEFAULT. */
  readonly inFlightPerOriginMax?: number | undefined
}

export const IN_FLIGHT_PER_ORIGIN_MAX_DEFAULT = 64
/** A workspace may have three times what is free: 48 of 64 when it is alone, and there is always something for the next. */
const SHARE_OF_FREE = 3
/** A webhook has a quarter of what its workspace has left, so that a few that hang do not have all of it. */
const WEBHOOK_OF_SHARE = 1 / 4
/** Of what there is, webhooks of which nothing is known yet have as much together: many that hang from the beginning do not have all. */
const NEW_OF_MAX = 1 / 2
/** After so many failures in a row of a workspace at an origin, its webhooks that are new there send one request first. */
const SUSPECT_AFTER = 8
/**
 * Of many that fail some are looked at, and the others after this. Or a webhook waits for what it has in flight at the origin that it
 * had before, whose end wakes it: looking at once again would be a loop.
 */
const LOOK_AGAIN_MS = 50
/** What is known of origins to which nothing is sent now. */
const REMEMBERED_MAX = 10_000

export class Origins {
  readonly #dependencies: OriginsDependencies
  readonly #options: OriginsOptions
  readonly #origins = new Map<string, Origin>()
  /** Shares without a user, the one that has had none for longest first. */
  readonly #remembered = new Set<OriginShare>()
  #isStopped = false

  constructor(dependencies: OriginsDependencies, options: OriginsOptions) {
    this.#dependencies = dependencies
    this.#options = options
  }

  /** The share of a workspace in an origin, for one more lane. */
  join(name: string, workspaceId: string): OriginShare {
    const origin = this.#origins.get(name) ?? this.#add(name)
    let share = origin.shares.get(workspaceId)
    if (share === undefined) {
      share = { origin, workspaceId, brake: new FailureBrake(this.#max), inFlight: 0, newInFlight: 0, users: 0 }
      origin.shares.set(workspaceId, share)
    }
    share.users++
    this.#remembered.delete(share)
    return share
  }

  /** A lane sends there no longer. */
  leave(share: OriginShare, user: OriginUser): void {
    this.#stopWaiting(share, user)
    share.users--
    if (share.users > 0) return
    this.#remembered.add(share)
    for (const oldest of this.#remembered) {
      if (this.#remembered.size <= REMEMBERED_MAX) return
      this.#forget(oldest)
    }
  }

  mayBegin(share: OriginShare, user: OriginUser): boolean {
    const max = this.#max
    const free = max - share.origin.inFlight
    const left = free * SHARE_OF_FREE - share.inFlight
    if (free <= 0 || (left <= 0 && share.inFlight > 0)) return false
    if (user.inFlight > 0 && user.inFlight >= left * WEBHOOK_OF_SHARE) return false
    switch (user.health) {
      case 'well':
        return true
      case 'unknown':
        if (share.newInFlight > 0 && share.newInFlight >= max * NEW_OF_MAX) return false
        return user.inFlight === 0 || share.brake.failures < SUSPECT_AFTER
      case 'failing':
        return this.#brakeMs(share) === 0
    }
  }

  /** It is woken when it may begin. */
  wait(share: OriginShare, user: OriginUser): void {
    const { origin } = share
    const queue = origin.queues[user.health]
    if (!queue.has(share, user)) {
      for (const other of Object.values(origin.queues)) other.delete(share, user)
      queue.add(share, user)
    }
    if (user.health === 'failing') this.#setTimer(origin)
  }

  /** @returns as what it was begun: to be handed to `ended` */
  began(share: OriginShare, user: OriginUser): Health {
    const { origin } = share
    const { health } = user
    origin.inFlight++
    share.inFlight++
    if (health === 'unknown') share.newInFlight++
    else if (health === 'failing') {
      const now = this.#dependencies.clock.monotonic()
      share.brake.began(now)
      origin.brake.began(now)
    }
    this.#wakeNext(origin)
    return health
  }

  /** @param isSuccess undefined: nothing was sent */
  ended(share: OriginShare, begunAs: Health, isSuccess: boolean | undefined): void {
    const { origin } = share
    origin.inFlight--
    share.inFlight--
    if (begunAs === 'unknown') share.newInFlight--
    else if (begunAs === 'failing') {
      share.brake.ended()
      origin.brake.ended()
    }
    if (isSuccess !== undefined) {
      share.brake.note(isSuccess, this.#max)
      origin.brake.note(isSuccess, this.#max)
    }
    this.#wakeNext(origin)
  }

  /** Whoever was woken had nothing to begin: the next may. */
  passOn({ origin }: OriginShare): void {
    this.#wakeNext(origin)
  }

  /** Those that wait for their origin now. */
  *waiting(): Iterable<OriginUser> {
    for (const { queues } of this.#origins.values()) for (const queue of Object.values(queues)) yield* queue.items()
  }

  stop(): void {
    this.#isStopped = true
    for (const { cancelTimer } of this.#origins.values()) cancelTimer?.()
  }

  get #max(): number {
    const { inFlightPerOriginMax = IN_FLIGHT_PER_ORIGIN_MAX_DEFAULT } = this.#options
    return Math.max(Math.floor(inFlightPerOriginMax / this.#dependencies.membership.nodes()), 1)
  }

  #brakeMs(share: OriginShare): number {
    const now = this.#dependencies.clock.monotonic()
    return Math.max(share.brake.waitMs(now), share.origin.brake.waitMs(now))
  }

  #wakeNext(origin: Origin): void {
    const { unknown, well, failing } = origin.queues
    // Nearly always.
    if (unknown.isEmpty && well.isEmpty && failing.isEmpty) return
    const mayGo = (user: OriginUser, share: OriginShare) => this.mayBegin(share, user)
    // Those that are new soon are not; those that fail may be many.
    const next = unknown.take(mayGo) ?? well.take(mayGo) ?? failing.take(mayGo)
    if (next === undefined) this.#setTimer(origin)
    else next.wake()
  }

  /** For the first of those that fail whose time comes. */
  #setTimer(origin: Origin): void {
    if (this.#isStopped || origin.cancelTimer !== undefined || origin.queues.failing.isEmpty) return
    let waitMs = Number.POSITIVE_INFINITY
    for (const share of origin.queues.failing.groups()) waitMs = Math.min(waitMs, this.#brakeMs(share))
    // The end of one that is in flight comes first: then this is asked again.
    if (origin.inFlight > 0 && (waitMs === 0 || waitMs === Number.POSITIVE_INFINITY)) return
    // It is not the time that those who were looked at wait for.
    const delayMs = waitMs === 0 ? LOOK_AGAIN_MS : waitMs
    origin.cancelTimer = this.#dependencies.clock.schedule(() => {
      origin.cancelTimer = undefined
      this.#wakeNext(origin)
    }, delayMs)
  }

  #stopWaiting(share: OriginShare, user: OriginUser): void {
    const { origin } = share
    for (const queue of Object.values(origin.queues)) queue.delete(share, user)
    if (!origin.queues.failing.isEmpty) return
    origin.cancelTimer?.()
    origin.cancelTimer = undefined
  }

  #add(name: string): Origin {
    const origin: Origin = {
      name,
      brake: new FailureBrake(this.#max),
      shares: new Map(),
      queues: { unknown: new FairQueue(), well: new FairQueue(), failing: new FairQueue() },
      inFlight: 0,
      cancelTimer: undefined,
    }
    this.#origins.set(name, origin)
    return origin
  }

  #forget(share: OriginShare): void {
    this.#remembered.delete(share)
    share.origin.shares.delete(share.workspaceId)
    if (share.origin.shares.size === 0) this.#origins.delete(share.origin.name)
  }
}
