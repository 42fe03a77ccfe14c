// Owns which screens there are to go to, in their order, and who has something to see there.
import type { Scope } from '@getsupervisor/agents-studio-sdk'
import {
  BookOpen,
  Building2,
  Cable,
  DoorOpen,
  Inbox,
  KeyRound,
  LayoutDashboard,
  ListChecks,
  type LucideIcon,
  Phone,
  ScrollText,
  Server,
  ShieldCheck,
  Webhook,
  Zap,
} from 'lucide-react'

/** As the words of the shell call them. */
type Name =
  | 'overview'
  | 'calls'
  | 'deliveries'
  | 'events'
  | 'eventTypes'
  | 'webhooks'
  | 'sources'
  | 'verify'
  | 'test-receivers'
  | 'keys'
  | 'portal-sessions'
  | 'instance'
  | 'workspaces'
  | 'audit-log'

export interface Destination {
  readonly to: `/${Exclude<Name, 'eventTypes'>}` | '/event-types'
  readonly name: Name
  readonly icon: LucideIcon
  /** Closed to who has it not, and to portals; absent: open to all. */
  readonly scope?: Scope
}

/** Of the workspace. */
export const NAVIGATION: readonly Destination[] = [
  { to: '/overview', name: 'overview', icon: LayoutDashboard },
  { to: '/calls', name: 'calls', icon: Phone },
  { to: '/deliveries', name: 'deliveries', icon: ListChecks },
  { to: '/events', name: 'events', icon: Zap },
  { to: '/event-types', name: 'eventTypes', icon: BookOpen },
  { to: '/webhooks', name: 'webhooks', icon: Webhook },
  { to: '/sources', name: 'sources', icon: Cable, scope: 'sources:read' },
  { to: '/verify', name: 'verify', icon: ShieldCheck },
  { to: '/test-receivers', name: 'test-receivers', icon: Inbox },
  { to: '/keys', name: 'keys', icon: KeyRound, scope: 'api-keys:read' },
  { to: '/portal-sessions', name: 'portal-sessions', icon: DoorOpen, scope: 'api-keys:read' },
]

/** Of the installation as a whole: for the operator. */
export const INSTALLATION: readonly Destination[] = [
  { to: '/instance', name: 'instance', icon: Server },
  { to: '/workspaces', name: 'workspaces', icon: Building2 },
  { to: '/audit-log', name: 'audit-log', icon: ScrollText },
]

/** Whether a path is one of the installation, which needs no workspace. */
export function isOfInstallation(path: string): boolean {
  return INSTALLATION.some(({ to }) => path === to || path.startsWith(`${to}/`))
}
