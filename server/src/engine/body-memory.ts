// Owns the memory that bodies of deliveries take: texts of what waits, and bodies in flight, with a share for each workspace
// and then for each webhook (docs/decisions/0041).
// Must never let what one workspace holds keep another from sending: there is a reserve for who has nothing in flight.
import type { EventBody } from './event-body.ts'
import type { HeldDelivery } from './held-delivery.ts'
import type { WorkspaceShare } from './workspace-share.ts'

export interface BodyLimits {
  /** Characters of the texts that are kept for what waits. */
  readonly keptMax: number
  /** Of the bodies in flight, each counted as often as it is in flight: as bytes of a request it is there so often. */
  readonly flightMax: number
  /** The same, for the first delivery in flight of each webhook when its share is used up. */
  readonly reserveMax: number
  /** As first of its webhook one that is no longer than this needs no share. */
  readonly smallMax: number
}

const MIB = 1024 * 1024
/** 20,000 small ones are 40 MiB, and no more deliveries are held. */
export const BODY_LIMITS: BodyLimits = {
  keptMax: 32 * MIB,
  flightMax: 32 * MIB,
  reserveMax: 32 * MIB,
  smallMax: 2048,
}

/**
 * Dynamic thresholds, as in switches that share a buffer: who holds more takes less, and something is always free for the
 * next. A workspace alone has two thirds of what is kept, half of what is in flight, two thirds of the reserve.
 */
const KEPT_OF_FREE = 2
const FLIGHT_OF_FREE = 1
const RESERVE_OF_FREE = 2
/** A webhook has half of what its workspace has left; and so have all that stalled, of the reserve. */
const OF_WORKSPACE = 1 / 2

/** What counts of a lane. */
export interface LaneBodies {
  readonly workspace: WorkspaceShare
  readonly isStalled: boolean
  /** How many of its bodies are counted as in flight, and what they take of the common budget. */
  bodies: number
  flightBody: number
}

export class BodyMemory {
  readonly #limits: BodyLimits
  #kept = 0
  #flight = 0
  #reserve = 0

  constructor(limits: BodyLimits) {
    this.#limits = limits
  }

  /** What all bodies take now. */
  get size(): number {
    return this.#kept + this.#flight + this.#reserve
  }

  /**
   * A delivery begins to wait: it keeps its text if its workspace has capacity for that, or shares it with one that does.
   * @returns whether it does; if not, `dropUnused` is to be called for its body
   */
  keep({ workspace, isStalled }: LaneBodies, delivery: HeldDelivery): boolean {
    const { body } = delivery
    if (body.text === undefined || isStalled) return false
    if (body.keepers === 0) {
      const free = (this.#limits.keptMax - this.#kept) * KEPT_OF_FREE
      if (workspace.keptBody + body.size > free) return false
      workspace.keptBody += body.size
      this.#kept += body.size
    }
    body.keepers++
    delivery.keepsText = true
    return true
  }

  /** The text that no delivery keeps or uses is not in memory any more. */
  dropUnused(body: EventBody): void {
    if (body.keepers === 0 && body.users === 0) body.text = undefined
  }

  /** It waits on without its text. */
  drop({ workspace }: LaneBodies, delivery: HeldDelivery): void {
    this.#unkeep(workspace, delivery)
    this.dropUnused(delivery.body)
  }

  /** Whether the body of one more delivery of a lane may be in flight. */
  mayUse(lane: LaneBodies, { body: { size } }: HeldDelivery): boolean {
    return this.#fitsCommon(lane, size) || (lane.bodies === 0 && this.#fitsReserve(lane, size))
  }

  /** It is in flight from now on, or is read to be so. */
  use(lane: LaneBodies, delivery: HeldDelivery): void {
    const { body } = delivery
    delivery.counted = this.#fitsCommon(lane, body.size) ? 'common' : 'reserve'
    body.users++
    this.#unkeep(lane.workspace, delivery)
    lane.bodies++
    this.#count(lane, delivery, body.size)
  }

  /** It neither waits nor is in flight any more. */
  leave(lane: LaneBodies, delivery: HeldDelivery): void {
    const { body } = delivery
    if (delivery.counted !== 'no') {
      lane.bodies--
      this.#count(lane, delivery, -body.size)
      delivery.counted = 'no'
      body.users--
    }
    this.drop(lane, delivery)
  }

  #count(lane: LaneBodies, { counted }: HeldDelivery, size: number): void {
    if (counted === 'reserve') {
      this.#reserve += size
      lane.workspace.reserveBody += size
      return
    }
    this.#flight += size
    lane.workspace.flightBody += size
    lane.flightBody += size
  }

  #unkeep(workspace: WorkspaceShare, delivery: HeldDelivery): void {
    if (!delivery.keepsText) return
    const { body } = delivery
    delivery.keepsText = false
    if (--body.keepers > 0) return
    workspace.keptBody -= body.size
    this.#kept -= body.size
  }

  #fitsCommon({ workspace, flightBody }: LaneBodies, size: number): boolean {
    const left = (this.#limits.flightMax - this.#flight) * FLIGHT_OF_FREE - workspace.flightBody
    return flightBody + size <= left * OF_WORKSPACE
  }

  /** Those that stalled leave half of it to the others of their workspace, of which each may be well. */
  #fitsReserve({ workspace, isStalled }: LaneBodies, size: number): boolean {
    if (size <= this.#limits.smallMax) return true
    const free = (this.#limits.reserveMax - this.#reserve) * RESERVE_OF_FREE
    return workspace.reserveBody + size <= free * (isStalled ? OF_WORKSPACE : 1)
  }
}
