// Owns the account of a cluster test: what was acknowledged, what arrived, what arrived again and why it may have, and
// whether each call kept its order. Must never wait or look anywhere: it is told.

/** A request that was answered with 200. */
export interface Success {
  readonly at: number
  /** Which node sent it; undefined when its process was gone before that could be found out. */
  readonly node: number | undefined
}

/** A time in which a node may have sent something without recording it. */
export interface Fault {
  readonly kind: string
  /** undefined: all nodes. */
  readonly node: number | undefined
  readonly from: number
  until: number
}

export interface Delivered {
  readonly path: string
  readonly eventId: string
  readonly callId: string
  /** Place of the event in its call, from 0. */
  readonly nth: number
}

export interface Duplicate extends Delivered {
  /** The success that was not recorded, and the one that came after it. */
  readonly first: Success
  readonly again: Success
  /** What happened to the node of the first one; undefined: nothing that would explain it. */
  readonly fault: string | undefined
}

/**
 * What was answered this long before a fault may not have been recorded when it struck: some milliseconds, but for a machine that is
 * busy with other things too. A node that is well and sends twice does so without any fault near.
 */
const RECORD_MS_MAX = 3000

export class Ledger {
  readonly faults: Fault[] = []
  readonly #orderedPath: string
  readonly #acknowledged = new Set<string>()
  readonly #successes = new Map<string, Success>()
  readonly #duplicates: { readonly delivered: Delivered; readonly first: Success; readonly again: Success }[] = []
  /** By call: how many of its events, from the first on, have arrived. */
  readonly #arrived = new Map<string, number>()
  readonly #disorders: string[] = []

  /** @param orderedPath where the events of a call must arrive in their order */
  constructor(orderedPath: string) {
    this.#orderedPath = orderedPath
  }

  get acknowledged(): number {
    return this.#acknowledged.size
  }

  /** Sentences, one for each event that came before an earlier one of its call had arrived. */
  get disorders(): readonly string[] {
    return this.#disorders
  }

  acknowledge(eventId: string): void {
    this.#acknowledged.add(eventId)
  }

  /** A request has come, whatever it will be answered. */
  arrives({ path, callId, nth }: Delivered): void {
    const arrived = this.#arrived.get(callId) ?? 0
    if (path === this.#orderedPath && nth > arrived)
      this.#disorders.push(`event ${nth} of ${callId} was sent when only ${arrived} before it had arrived`)
  }

  /** A request was answered with 200. */
  succeeds(delivered: Delivered, again: Success): void {
    const { path, eventId, callId, nth } = delivered
    const key = `${path} ${eventId}`
    const first = this.#successes.get(key)
    if (first === undefined) {
      if (path === this.#orderedPath && nth === (this.#arrived.get(callId) ?? 0)) this.#arrived.set(callId, nth + 1)
    } else this.#duplicates.push({ delivered, first, again })
    this.#successes.set(key, again)
  }

  /** Acknowledged deliveries that have not arrived. */
  missing(paths: readonly string[]): string[] {
    const expected = [...this.#acknowledged].flatMap((eventId) => paths.map((path) => `${path} ${eventId}`))
    return expected.filter((key) => !this.#successes.has(key))
  }

  duplicates(): Duplicate[] {
    return this.#duplicates.map(({ delivered, first, again }) => ({
      ...delivered,
      first,
      again,
      fault: this.faults.find((fault) => explains(fault, first))?.kind,
    }))
  }
}

function explains({ node, from, until }: Fault, first: Success): boolean {
  const isItsNode = node === undefined || first.node === undefined || first.node === node
  return isItsNode && first.at >= from - RECORD_MS_MAX && first.at <= until
}
