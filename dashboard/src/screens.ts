// Owns the first part of each screen's path. The server shows the page at these and at what is below them, and nowhere else.

export const SCREENS = [
  'calls',
  'deliveries',
  'event-types',
  'events',
  'portal',
  'sources',
  'verify',
  'webhooks',
] as const
