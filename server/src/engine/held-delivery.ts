// Owns the delivery as this node holds it: with the exact bytes of its body, under a lease that ends at a known time.
import type { LeasedDelivery } from '../storage/storage.ts'

export interface HeldDelivery extends LeasedDelivery {
  readonly body: string
  readonly leaseUntil: number
}
