// Owns what every backend must do with responses that the version before kept under the Idempotency-Key alone.
// Must never be imported by anything but tests.
import type { ExpectStatic } from 'vitest'
import type { AcceptedRow, AcceptRequest } from '../storage.ts'
import type { Fixture } from './fixture.ts'

/** A row of `idempotency_keys` that has not expired. */
export interface OlderRow {
  readonly key: string
  readonly requestHash: string
  readonly acceptedEvents: string | null
  readonly status: number | null
  readonly sealedBody: string | null
}

export interface OlderResponses {
  /** Writes the row as the version before did. */
  readonly insert: (row: OlderRow) => Promise<void>
  readonly expect: ExpectStatic
}

export async function savedByTheVersionBefore(fixture: Fixture, { insert, expect }: OlderResponses): Promise<void> {
  const { workspaceId, storage, now } = fixture
  const event: AcceptedRow = { id: 'evt_1', type: 'call.completed', createdAt: now, duplicate: false, deliveryCount: 2 }
  const nothing = { acceptedEvents: null, status: null, sealedBody: null }
  await insert({ ...nothing, key: 'published', requestHash: 'a', acceptedEvents: JSON.stringify([event]) })
  await insert({ ...nothing, key: 'made', requestHash: 'a', status: 201, sealedBody: 'sealed' })
  const claim = (key: string, requestHash: string) => {
    return { workspaceId, credential: 'key-1', key, requestHash, expiresAt: now + 60_000 }
  }
  const publish = (requestHash: string): AcceptRequest => {
    return { workspaceId, events: [fixture.event()], idempotency: claim('published', requestHash) }
  }
  const kindsOf = async (...requests: readonly AcceptRequest[]) =>
    (await storage.acceptEvents(requests, fixture.offer())).results

  expect(await kindsOf(publish('a'))).toEqual([{ kind: 'repeated', events: [event] }])
  expect(await kindsOf(publish('b'), publish('a'))).toMatchObject([{ kind: 'accepted' }, { kind: 'key_reused' }])
  const result = { status: 201, sealedBody: 'sealed', rowKey: 'made' }
  expect(await storage.findResponse(claim('made', 'a'), now)).toEqual(result)
  expect(await storage.findResponse(claim('made', 'b'), now)).toBeUndefined()
  expect(await storage.findResponse(claim('made', 'a'), now + 60_000)).toBeUndefined()
}
