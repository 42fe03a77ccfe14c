// Owns the calls that lease deliveries or end leases, counted once each is committed. Must never count what was not written.
import type { StorageCalls } from '../../interface/forwarding-storage.ts'
import type { LeaseOffer } from '../../storage.ts'
import type { AcceptEvents } from '../accept/accept-events.ts'
import type { ClaimDue } from '../claim/claim-due.ts'
import type { RescueDeliveries } from '../claim/rescue-deliveries.ts'
import type { EvaluateWebhooks } from '../record/evaluate-webhooks.ts'
import type { RecordAttempts } from '../record/record-attempts.ts'
import type { Session } from '../wire/session.ts'
import type { InDoubtLeases } from './in-doubt-leases.ts'
import type { OwnLeases } from './leases.ts'

export interface LeasingDependencies {
  readonly session: Session
  readonly leases: OwnLeases
  readonly inDoubt: InDoubtLeases
  readonly acceptEvents: AcceptEvents
  readonly recordAttempts: RecordAttempts
  readonly claimDue: ClaimDue
  readonly rescueDeliveries: RescueDeliveries
  readonly evaluateWebhooks: EvaluateWebhooks
}

type LeasingCalls = Pick<
  StorageCalls,
  'acceptEvents' | 'recordAttempts' | 'claimDue' | 'writeVerdict' | 'releaseDeliveries' | 'rescueDeliveries'
>

export function leasingCalls(dependencies: LeasingDependencies): LeasingCalls {
  const { session, leases, inDoubt, acceptEvents, recordAttempts, claimDue, rescueDeliveries, evaluateWebhooks } =
    dependencies
  const leasing = async <T extends { readonly leased: readonly unknown[] }>(call: Promise<T>, offer: LeaseOffer) => {
    const result = await inDoubt.watch(offer, call)
    leases.given(offer.token, offer.until, result.leased.length)
    return result
  }
  return {
    acceptEvents: (requests, offer) => leasing(acceptEvents.run(requests, offer), offer),
    writeVerdict: (verdict, offer) => leasing(evaluateWebhooks.write(verdict, offer), offer),
    recordAttempts: async (results, offer) => {
      const result = await leasing(recordAttempts.run(results, offer), offer)
      for (const [index, { lease }] of results.entries()) if (result.written[index] === true) leases.ended(lease)
      return result
    },
    claimDue: async (offer, now) => {
      const leased = await inDoubt.watch(offer, claimDue.run(offer, now))
      leases.given(offer.token, offer.until, leased.length)
      return leased
    },
    releaseDeliveries: async (given, dueAt) => {
      for (const lease of await rescueDeliveries.release(given, dueAt)) leases.ended(lease)
    },
    rescueDeliveries: async (now, all) => {
      await leases.forget(session, now)
      return rescueDeliveries.rescue(now, all)
    },
  }
}
