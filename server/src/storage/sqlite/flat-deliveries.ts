// Owns leased deliveries, and the offer they are leased under, as flat values (`flat-values.ts`).
import type { ClaimedDelivery, LeasedDelivery, LeaseOffer } from '../storage.ts'
import type { FlatReader } from './flat-values.ts'

export function writeOffer(values: unknown[], { token, until, limit, roomDefault, room }: LeaseOffer): void {
  values.push(token, until, limit, roomDefault, room.length)
  for (const [webhookId, left] of room) values.push(webhookId, left)
}

export function readOffer(values: FlatReader): LeaseOffer {
  return {
    token: values.next(),
    until: values.next(),
    limit: values.next(),
    roomDefault: values.next(),
    room: values.rows((row) => [row.next<string>(), row.next<number>()] as const),
  }
}

export function writeLeased(values: unknown[], delivery: LeasedDelivery): void {
  values.push(
    delivery.workspaceId,
    delivery.id,
    delivery.webhookId,
    delivery.webhookVersion,
    delivery.eventId,
    delivery.eventKey,
    delivery.orderKey,
    delivery.createdAt,
    delivery.attempts,
    delivery.scheduledAttempts,
    delivery.trigger,
    delivery.succeededBefore,
    delivery.leaseToken,
  )
}

export function readLeased(values: FlatReader): LeasedDelivery {
  return {
    workspaceId: values.next(),
    id: values.next(),
    webhookId: values.next(),
    webhookVersion: values.next(),
    eventId: values.next(),
    eventKey: values.next(),
    orderKey: values.next(),
    createdAt: values.next(),
    attempts: values.next(),
    scheduledAttempts: values.next(),
    trigger: values.next(),
    succeededBefore: values.next(),
    leaseToken: values.next(),
  }
}

export function writeClaimed(values: unknown[], delivery: ClaimedDelivery): void {
  writeLeased(values, delivery)
  values.push(delivery.body)
}

export function readClaimed(values: FlatReader): ClaimedDelivery {
  return { ...readLeased(values), body: values.next() }
}
