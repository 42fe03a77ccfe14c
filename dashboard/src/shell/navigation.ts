// Owns which screens there are to go to, in their order.
import type { Scope } from '@getsupervisor/agents-studio-sdk'
import { BookOpen, Cable, ListChecks, type LucideIcon, Phone, ShieldCheck, Webhook, Zap } from 'lucide-react'
import { hasScope } from '../session/is-allowed.ts'
import { useSession } from '../session/session.tsx'

interface Destination {
  readonly to: '/calls' | '/deliveries' | '/events' | '/event-types' | '/webhooks' | '/sources' | '/verify'
  readonly name: 'calls' | 'deliveries' | 'events' | 'eventTypes' | 'webhooks' | 'sources' | 'verify'
  readonly icon: LucideIcon
  /** A key must have it; portals are not shown it. */
  readonly scope?: Scope
}

const NAVIGATION: readonly Destination[] = [
  { to: '/calls', name: 'calls', icon: Phone },
  { to: '/deliveries', name: 'deliveries', icon: ListChecks },
  { to: '/events', name: 'events', icon: Zap },
  { to: '/event-types', name: 'eventTypes', icon: BookOpen },
  { to: '/webhooks', name: 'webhooks', icon: Webhook },
  { to: '/sources', name: 'sources', icon: Cable, scope: 'sources:read' },
  { to: '/verify', name: 'verify', icon: ShieldCheck },
]

/** Those that whoever is signed in may go to. */
export function useDestinations(): readonly Destination[] {
  const { granted } = useSession()
  return NAVIGATION.filter(({ scope }) => scope === undefined || hasScope(granted, scope))
}
