// Owns what was committed about the leases of consumers, as the checkers see it: beside the ledger, and into its histories.
// Must never ask the engine: it watches the database.
import type { GivenDelivery } from '@timbre/server/engine/pull-api.ts'
import type { StorageMethod } from '@timbre/server/storage/interface/forwarding-storage.ts'
import type { DeliveryLease, EndedPullLeases, NewPullLease, PullLease } from '@timbre/server/storage/storage.ts'
import { checkLeaseInTurn } from './checks/check-claim.ts'
import type { DeliveryHistory } from './delivery-history.ts'
import type { Ledger } from './ledger.ts'
import type { DatabaseObserver } from './sim-database.ts'

export class PulledLeases implements DatabaseObserver {
  readonly #ledger: Ledger
  /** What consumers have said of deliveries, and the engine may have heard: the statuses, by lease. */
  readonly #said = new Map<string, Set<number | null>>()
  /** Tokens of leases whose consumers have asked for more time. */
  readonly #asked = new Set<string>()
  /** Tokens of leases that consumers know of. */
  readonly #given = new Set<string>()
  /** When each lease ends, by its token. */
  readonly #until = new Map<string, number>()

  constructor(ledger: Ledger) {
    this.#ledger = ledger
  }

  /** A consumer sends a result, or gives the delivery back (null); whether it comes to anything, nobody knows. */
  says(leaseToken: string, status: number | null): void {
    const said = this.#said.get(leaseToken) ?? new Set()
    this.#said.set(leaseToken, said.add(status))
  }

  asksForMore(leaseToken: string): void {
    this.#asked.add(leaseToken)
  }

  /** Whoever is given a delivery has it alone: its lease is the newest. */
  checkGiven(deliveryId: string, leaseToken: string, body: string): void {
    const { deliveries, trace } = this.#ledger
    const history = deliveries.get(deliveryId)
    this.#given.add(leaseToken)
    if (history === undefined) trace.violate(`${deliveryId} was given to a consumer and is not known`)
    else if (history.body !== body) trace.violate(`${deliveryId} was given with another body`)
    else if (
      history.leaseToken === null &&
      history.attempts === 0 &&
      !history.isRemoved &&
      !this.#ended.has(leaseToken)
    )
      trace.violate(`${deliveryId} was given to a consumer under a lease that is not on disk`)
  }

  /** The same request once more is given what it has, as long as it has anything, and nothing else. */
  checkRepeated(given: readonly GivenDelivery[], again: readonly GivenDelivery[]): void {
    const { clock, deliveries, trace } = this.#ledger
    const own = new Set(given.map(({ leaseToken }) => leaseToken))
    const isOpen = ({ deliveryId, leaseToken, leaseUntil }: GivenDelivery) =>
      deliveries.get(deliveryId)?.leaseToken === leaseToken && leaseUntil > clock.now()
    const other = again.find(({ leaseToken }) => !own.has(leaseToken))
    if (other !== undefined && clock.jumpedBackMs === 0 && given.some(isOpen))
      trace.violate(`a repeated request was given ${other.deliveryId} beside what it had`)
  }

  /** Tokens of leases that have ended, in whatever way. */
  readonly #ended = new Set<string>()

  executed(method: StorageMethod, args: readonly unknown[], answer: unknown): void {
    // The arguments and answers of each method are those of the storage interface.
    if (method === 'leasePulled')
      this.#leased(args[0] as NewPullLease[], args[1] as number, args[2] as number, answer as boolean[])
    if (method === 'extendPullLease' && answer === true) this.#extended(args[0] as DeliveryLease, args[1] as number)
    if (method === 'listEndedPullLeases')
      for (const lease of (answer as EndedPullLeases).leases) this.#checkEnd(lease, args[0] as number)
    if (method === 'releasePulled') this.#released(args[0] as DeliveryLease[], args[1] as number)
  }

  answered(method: StorageMethod, args: readonly unknown[], answer: unknown): void {
    // What follows is decided in this moment, or when the webhook has been read.
    if (method === 'listEndedPullLeases') for (const lease of (answer as EndedPullLeases).leases) this.#decides(lease)
    if (method === 'listPullLeases') for (const lease of answer as PullLease[]) this.#decides(lease)
    if (method === 'loadTarget')
      for (const history of this.#ledger.deliveries.values())
        if (history.isPulled && history.webhookId === args[1]) this.#mayDecide(history)
  }

  #leased(leases: readonly NewPullLease[], leasesMax: number, now: number, answer: readonly boolean[]): void {
    const { deliveries, trace } = this.#ledger
    for (const [nth, { id, leaseToken, leaseUntil, webhookId }] of leases.entries()) {
      if (answer[nth] !== true) continue
      this.#until.set(leaseToken, leaseUntil)
      const history = deliveries.get(id)
      if (history === undefined) {
        trace.violate(`the unknown delivery ${id} was leased to a consumer`)
        continue
      }
      trace.add(`pulled ${id.slice(-8)}`)
      const { status, dueAt } = history
      if (status !== 'queued') trace.violate(`${id} was leased to a consumer although it was ${status}`)
      if (dueAt !== null && now < dueAt) trace.violate(`${id} was leased ${dueAt - now} ms before it is due`)
      const { url, isActive, isDeleted } = this.#ledger.webhooks.newest(webhookId)
      if (!url.startsWith('pull:') || !isActive || isDeleted)
        trace.violate(`${id} was leased to a consumer of ${webhookId}, which is off, gone or a push`)
      checkLeaseInTurn(this.#ledger, history, now)
      Object.assign(history, { status: 'sending', hadTurn: true, isPulled: true, leaseToken })
      const open = [...deliveries.values()].filter(
        (each) => each.isPulled && !each.isRemoved && each.webhookId === webhookId,
      )
      if (open.length > leasesMax) trace.violate(`${open.length} of ${webhookId} are leased, not ${leasesMax} at most`)
    }
  }

  #extended({ id, leaseToken }: DeliveryLease, until: number): void {
    this.#until.set(leaseToken, until)
    if (!this.#asked.has(leaseToken))
      this.#ledger.trace.violate(`the lease of ${id} was extended, for which its consumer did not ask`)
  }

  #released(leases: readonly DeliveryLease[], dueAt: number): void {
    const { deliveries, webhooks, trace } = this.#ledger
    for (const { id, leaseToken } of leases) {
      this.#ended.add(leaseToken)
      const history = deliveries.get(id)
      if (history?.leaseToken !== leaseToken) continue
      const isItsOwn = !this.#given.has(leaseToken) || this.#said.get(leaseToken)?.has(null)
      if (!isItsOwn && !webhooks.newest(history.webhookId).isDeleted)
        trace.violate(`${id} was taken back from its consumer, who did not give it back`)
      Object.assign(history, { status: 'queued', isPulled: false, leaseToken: null, dueAt })
    }
  }

  #checkEnd({ id, leaseToken }: PullLease, now: number): void {
    const leftMs = (this.#until.get(leaseToken) ?? now) - now
    if (leftMs > 0)
      this.#ledger.trace.violate(`the lease of ${id} was taken from its consumer ${leftMs} ms before its end`)
  }

  #decides({ id }: PullLease): void {
    const history = this.#ledger.deliveries.get(id)
    if (history?.isPulled) this.#mayDecide(history)
  }

  /** What the engine may make of the delivery now: what its consumer said, or that it said nothing. */
  #mayDecide(history: DeliveryHistory): void {
    const { clock, swarm, webhooks } = this.#ledger
    const { webhookId, leaseToken } = history
    const schedules = webhooks.allowed(webhookId).map(({ scheduleSeconds }) => scheduleSeconds ?? swarm.scheduleSeconds)
    const common = { retryAfterMs: 0, wall: clock.now(), schedules }
    this.#ended.add(leaseToken ?? '')
    for (const status of this.#said.get(leaseToken ?? '') ?? [])
      if (status !== null) history.answers.push({ ...common, kind: 'answered', status })
    history.answers.push({ ...common, kind: 'timed_out', status: null })
  }
}
