// Owns the first part of each screen's path. The server shows the page at these and at what is below them, and nowhere else.

export const SCREENS = ['deliveries', 'webhooks', 'calls', 'events', 'event-types', 'verify', 'keys'] as const
