import { expect, test } from 'vitest'
import { envelopesOf, type InsertedEvent } from './leased-delivery.ts'

function inserted(workspaceId: string, eventId: string): InsertedEvent<string> {
  return { workspaceId, eventId, envelope: `${workspaceId} ${eventId}` }
}

function leased(workspaceId: string, eventId: string) {
  return { workspaceId, eventId }
}

test('each delivery has the envelope of its own event, also where two workspaces have the same id or an event goes nowhere', () => {
  const batch = [
    inserted('a', 'e1'),
    inserted('a', 'e2'),
    inserted('a', 'e3'),
    inserted('b', 'e3'),
    inserted('b', 'e1'),
  ]
  const deliveries = [leased('a', 'e1'), leased('a', 'e1'), leased('a', 'e3'), leased('b', 'e3'), leased('b', 'e1')]
  expect(envelopesOf(deliveries, batch)).toEqual(['a e1', 'a e1', 'a e3', 'b e3', 'b e1'])
})

test('a delivery without an event is a fault, not an empty envelope', () => {
  const batch = [inserted('a', 'e1'), inserted('a', 'e2')]
  expect(() => envelopesOf([leased('a', 'e2'), leased('a', 'e1')], batch)).toThrow('has its event')
})
