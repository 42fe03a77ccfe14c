// Owns which screens there are to go to, in their order.
import { ListChecks, type LucideIcon, Phone, ShieldCheck, Webhook, Zap } from 'lucide-react'

interface Destination {
  readonly to: '/calls' | '/deliveries' | '/events' | '/webhooks' | '/verify'
  readonly name: 'calls' | 'deliveries' | 'events' | 'webhooks' | 'verify'
  readonly icon: LucideIcon
}

export const NAVIGATION: readonly Destination[] = [
  { to: '/calls', name: 'calls', icon: Phone },
  { to: '/deliveries', name: 'deliveries', icon: ListChecks },
  { to: '/events', name: 'events', icon: Zap },
  { to: '/webhooks', name: 'webhooks', icon: Webhook },
  { to: '/verify', name: 'verify', icon: ShieldCheck },
]
