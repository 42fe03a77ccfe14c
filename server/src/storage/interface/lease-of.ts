// Owns what goes back to the storage of a delivery that it leased: enough to find it and to tell the lease, and no body.
import type { DeliveryLease } from './hot-storage.ts'

export function leaseOf({ workspaceId, id, leaseToken, place, orderKey }: DeliveryLease): DeliveryLease {
  return { workspaceId, id, leaseToken, place, orderKey }
}
