// Owns a right body for every route that takes one: the generated tests send it, or make one thing at a time wrong in it.

export const RIGHT_BODIES: Readonly<Record<string, Record<string, unknown>>> = {
  createWebhook: { url: 'https://receiver.invalid/hook' },
  updateWebhook: { description: 'changed' },
  rotateWebhookSecret: { overlapHours: 1 },
  testWebhook: { eventKey: 'call.completed' },
  createSubscription: { eventKey: 'call.error' },
  updateSubscription: { isActive: false },
  createEventType: { key: 'own.made' },
  updateEventType: { title: 'Changed' },
  publishEvent: { type: 'call.completed', data: { call_id: 'c' } },
  publishEventBatch: { events: [{ type: 'call.completed', data: { call_id: 'c' } }] },
  createReplay: { since: '2025-08-19T16:00:00.000Z', until: '2025-08-19T17:00:00.000Z', only: 'missing' },
  createApiKey: { name: 'Made', scopes: ['events:read'] },
  createErasure: { callId: 'c' },
  createWorkspace: { name: 'Made' },
  updateWorkspace: { name: 'Changed' },
}
