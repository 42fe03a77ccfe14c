// Owns what one workspace takes of the memory of this node: how many deliveries it holds, and how much of their envelopes.

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
