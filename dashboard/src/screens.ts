// Owns the first part of each screen's path. The server shows the page at these and at what is below them, and nowhere else.

export const SCREENS = [
  'audit-log',
  'calls',
  'deliveries',
  'event-types',
  'events',
  'instance',
  'keys',
  'overview',
  'portal',
  'portal-sessions',
  'sources',
  'test-receivers',
  'verify',
  'webhooks',
  'workspaces',
] as const
