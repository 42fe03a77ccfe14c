// Owns which screens there are to go to, in their order.
import { ListChecks, type LucideIcon, Webhook } from 'lucide-react'

interface Destination {
  readonly to: '/deliveries' | '/webhooks'
  readonly name: 'deliveries' | 'webhooks'
  readonly icon: LucideIcon
}

export const NAVIGATION: readonly Destination[] = [
  { to: '/deliveries', name: 'deliveries', icon: ListChecks },
  { to: '/webhooks', name: 'webhooks', icon: Webhook },
]
