// Owns a right body for every route that takes one: the generated tests send it, or make one thing at a time wrong in it.

/** Stand in the bodies for what a test has leased itself, under the names of `makeThings`. */
export const OF_LEASE = {
  pulledDeliveryId: '01990f2e-5400-7b31-9c4d-2f6a8e1b0c43',
  leaseToken: 'the-token-of-a-lease',
} as const
const LEASE = { deliveryId: OF_LEASE.pulledDeliveryId, leaseToken: OF_LEASE.leaseToken }

export const RIGHT_BODIES: Readonly<Record<string, object>> = {
  createWebhook: { url: 'https://receiver.invalid/hook' },
  updateWebhook: { description: 'changed' },
  rotateWebhookSecret: { overlapHours: 1 },
  testWebhook: { eventKey: 'call.completed' },
  createSubscription: { eventKey: 'call.error' },
  updateSubscription: { isActive: false },
  createEventType: { key: 'own.made' },
  checkEventType: { schema: { type: 'object' }, example: {} },
  updateEventType: { title: 'Changed' },
  publishEvent: { type: 'call.completed', data: { call_id: 'c' } },
  publishEventBatch: { events: [{ type: 'call.completed', data: { call_id: 'c' } }] },
  createReplay: { since: '2025-08-19T16:00:00.000Z', until: '2025-08-19T17:00:00.000Z', only: 'missing' },
  pullDeliveries: { max: 1, leaseSeconds: 60 },
  recordPullResults: [{ ...LEASE, status: 200, durationMs: 1 }],
  extendPullLease: { ...LEASE, leaseSeconds: 60 },
  createSource: { name: 'Made', kind: 'retell', secret: 'key_0123456789abcdef' },
  updateSource: { name: 'Changed' },
  testSource: { outcome: 'failed' },
  createApiKey: { name: 'Made', scopes: ['events:read'] },
  createPortalSession: { capabilities: ['view'], expiresInSeconds: 3600 },
  createTestReceiver: { responseStatus: 200 },
  updateTestReceiver: { responseStatus: 503 },
  createSession: { portalToken: 'A'.repeat(43) },
  createErasure: { callId: 'c' },
  createWorkspace: { name: 'Made' },
  updateWorkspace: { name: 'Changed' },
}
