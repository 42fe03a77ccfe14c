// Owns leased deliveries, and the offer they are leased under, as flat values (`flat-values.ts`).
import type { ClaimedDelivery, LeasedDelivery, LeaseOffer } from '../../storage.ts'
import type { FlatReader, FlatWriter } from './flat-values.ts'

export function writeOffer({ values }: FlatWriter, offer: LeaseOffer): void {
  const { token, until, limit, capacityDefault, capacity, workspaceDefault, workspaces, common, reserve, firstWaitMs } =
    offer
  values.push(token, until, limit, capacityDefault, workspaceDefault, common, reserve, firstWaitMs, capacity.length)
  for (const [webhookId, left] of capacity) values.push(webhookId, left)
  values.push(workspaces.length)
  for (const [workspaceId, left] of workspaces) values.push(workspaceId, left)
}

export function readOffer(values: FlatReader): LeaseOffer {
  return {
    token: values.next(),
    until: values.next(),
    limit: values.next(),
    capacityDefault: values.next(),
    workspaceDefault: values.next(),
    common: values.next(),
    reserve: values.next(),
    firstWaitMs: values.next(),
    capacity: values.rows((row) => [row.next<string>(), row.next<number>()] as const),
    workspaces: values.rows((row) => [row.next<string>(), row.next<number>()] as const),
  }
}

export function writeLeased(writer: FlatWriter, delivery: LeasedDelivery): void {
  writer.values.push(
    writer.shared(delivery.workspaceId),
    delivery.id,
    writer.shared(delivery.webhookId),
    delivery.webhookVersion,
    delivery.eventId,
    delivery.eventKey,
    delivery.orderKey,
    delivery.createdAt,
    delivery.attempts,
    delivery.scheduledAttempts,
    delivery.trigger,
    delivery.succeededBefore,
    writer.shared(delivery.leaseToken),
    delivery.place,
  )
}

export function readLeased(values: FlatReader): LeasedDelivery {
  return {
    workspaceId: values.shared(),
    id: values.next(),
    webhookId: values.shared(),
    webhookVersion: values.next(),
    eventId: values.next(),
    eventKey: values.next(),
    orderKey: values.next(),
    createdAt: values.next(),
    attempts: values.next(),
    scheduledAttempts: values.next(),
    trigger: values.next(),
    succeededBefore: values.next(),
    leaseToken: values.shared(),
    place: values.next(),
  }
}

export function writeClaimed(writer: FlatWriter, delivery: ClaimedDelivery): void {
  writeLeased(writer, delivery)
  writer.values.push(delivery.envelope, delivery.envelopeBytes)
}

export function readClaimed(values: FlatReader): ClaimedDelivery {
  return { ...readLeased(values), envelope: values.next(), envelopeBytes: values.next() }
}
