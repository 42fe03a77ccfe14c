// Owns the memory that envelopes of deliveries take: texts of what waits, and envelopes in flight, with a share for each workspace
// and then for each webhook (docs/decisions/0041).
// Must never let what one workspace holds keep another from sending: there is a reserve for who has nothing in flight.
import type { HeldDelivery, HeldEnvelope } from './held-delivery.ts'
import type { WorkspaceShare } from './lane-offer.ts'

export interface EnvelopeLimits {
  /** Characters of the texts that are kept for what waits. */
  readonly keptMax: number
  /** Of the envelopes in flight, each counted as often as it is in flight: as bytes of a request it is there so often. */
  readonly flightMax: number
  /** The same, for the first delivery in flight of each webhook when its share is used up. */
  readonly reserveMax: number
  /** As first of its webhook one that is no longer than this needs no share. */
  readonly smallMax: number
}

const MIB = 1024 * 1024
/** 20,000 small ones are 40 MiB, and no more deliveries are held. */
export const ENVELOPE_LIMITS: EnvelopeLimits = {
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
export interface LaneEnvelopes {
  readonly workspace: WorkspaceShare
  readonly isStalled: boolean
  /** How many of its envelopes are counted as in flight, and what they take of the common budget. */
  envelopes: number
  flightSize: number
}

export class EnvelopeMemory {
  readonly #limits: EnvelopeLimits
  #kept = 0
  #flight = 0
  #reserve = 0

  constructor(limits: EnvelopeLimits) {
    this.#limits = limits
  }

  /** What all envelopes take now. */
  get size(): number {
    return this.#kept + this.#flight + this.#reserve
  }

  /**
   * A delivery begins to wait: it keeps its text if its workspace has capacity for that, or shares it with one that does.
   * @returns whether it does; if not, `dropUnused` is to be called for its envelope
   */
  keep({ workspace, isStalled }: LaneEnvelopes, delivery: HeldDelivery): boolean {
    const { envelope } = delivery
    if (envelope.text === undefined || isStalled) return false
    if (envelope.keepers === 0) {
      const free = (this.#limits.keptMax - this.#kept) * KEPT_OF_FREE
      if (workspace.keptSize + envelope.size > free) return false
      workspace.keptSize += envelope.size
      this.#kept += envelope.size
    }
    envelope.keepers++
    delivery.keepsText = true
    return true
  }

  /** The text that no delivery keeps or uses is not in memory any more. */
  dropUnused(envelope: HeldEnvelope): void {
    if (envelope.keepers === 0 && envelope.users === 0) envelope.text = undefined
  }

  /** It waits on without its text. */
  drop({ workspace }: LaneEnvelopes, delivery: HeldDelivery): void {
    this.#unkeep(workspace, delivery)
    this.dropUnused(delivery.envelope)
  }

  /** Whether the envelope of one more delivery of a lane may be in flight. */
  mayUse(lane: LaneEnvelopes, { envelope: { size } }: HeldDelivery): boolean {
    return this.#fitsCommon(lane, size) || (lane.envelopes === 0 && this.#fitsReserve(lane, size))
  }

  /** It is in flight from now on, or is read to be so. */
  use(lane: LaneEnvelopes, delivery: HeldDelivery): void {
    const { envelope } = delivery
    delivery.counted = this.#fitsCommon(lane, envelope.size) ? 'common' : 'reserve'
    envelope.users++
    this.#unkeep(lane.workspace, delivery)
    lane.envelopes++
    this.#count(lane, delivery, envelope.size)
  }

  /** It neither waits nor is in flight any more. */
  leave(lane: LaneEnvelopes, delivery: HeldDelivery): void {
    const { envelope } = delivery
    if (delivery.counted !== 'no') {
      lane.envelopes--
      this.#count(lane, delivery, -envelope.size)
      delivery.counted = 'no'
      envelope.users--
    }
    this.drop(lane, delivery)
  }

  #count(lane: LaneEnvelopes, { counted }: HeldDelivery, size: number): void {
    if (counted === 'reserve') {
      this.#reserve += size
      lane.workspace.reserveSize += size
      return
    }
    this.#flight += size
    lane.workspace.flightSize += size
    lane.flightSize += size
  }

  #unkeep(workspace: WorkspaceShare, delivery: HeldDelivery): void {
    if (!delivery.keepsText) return
    const { envelope } = delivery
    delivery.keepsText = false
    if (--envelope.keepers > 0) return
    workspace.keptSize -= envelope.size
    this.#kept -= envelope.size
  }

  #fitsCommon({ workspace, flightSize }: LaneEnvelopes, size: number): boolean {
    const left = (this.#limits.flightMax - this.#flight) * FLIGHT_OF_FREE - workspace.flightSize
    return flightSize + size <= left * OF_WORKSPACE
  }

  /** Those that stalled leave half of it to the others of their workspace, of which each may be well. */
  #fitsReserve({ workspace, isStalled }: LaneEnvelopes, size: number): boolean {
    if (size <= this.#limits.smallMax) return true
    const free = (this.#limits.reserveMax - this.#reserve) * RESERVE_OF_FREE
    return workspace.reserveSize + size <= free * (isStalled ? OF_WORKSPACE : 1)
  }
}
