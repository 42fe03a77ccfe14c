import { expect, test } from 'vitest'
import type { AcceptRequest, LeasedDelivery, NewEvent } from '../storage/storage.ts'
import { bodiesOf } from './bodies-of-leased.ts'

function request(workspaceId: string, ...ids: readonly string[]): AcceptRequest {
  const events = ids.map((id): NewEvent => {
    return { id, type: 't', agentId: null, callId: null, createdAt: 0, acceptedAt: 0, body: `${workspaceId} ${id}` }
  })
  return { workspaceId, events }
}

function leased(workspaceId: string, eventId: string): LeasedDelivery {
  return {
    workspaceId,
    id: 'd',
    webhookId: 'h',
    webhookVersion: 1,
    eventId,
    eventKey: 't',
    orderKey: null,
    createdAt: 0,
    attempts: 0,
    scheduledAttempts: 0,
    trigger: 'automatic',
    succeededBefore: false,
    leaseToken: 'l',
    place: 1,
  }
}

test('each delivery has the body of its own event, also where two workspaces have the same id or an event goes nowhere', () => {
  const batch = [request('a', 'e1', 'e2', 'e3'), request('b', 'e3', 'e1')]
  const deliveries = [leased('a', 'e1'), leased('a', 'e1'), leased('a', 'e3'), leased('b', 'e3'), leased('b', 'e1')]
  expect(bodiesOf(deliveries, batch)).toEqual(['a e1', 'a e1', 'a e3', 'b e3', 'b e1'])
})

test('a delivery without an event is a fault, not an empty body', () => {
  expect(() => bodiesOf([leased('a', 'e2'), leased('a', 'e1')], [request('a', 'e1', 'e2')])).toThrow('has its event')
})
