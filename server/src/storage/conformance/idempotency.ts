// Owns the guarantees of Idempotency-Key (CONTRACT §1): for published events and for management changes.
import { Refusal } from '@timbre/contract/errors.ts'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ResponseExists } from '../interface/response-exists.ts'
import { type AcceptRequest, type ChangeContext, savedKey } from '../storage.ts'
import { Fixture, found, HISTORY, type MakeStorage, OTHER_TYPE, PAGE } from './fixture.ts'

export function idempotencyConformance(makeStorage: MakeStorage): void {
  let fixture: Fixture
  beforeEach(async () => {
    fixture = await Fixture.make(makeStorage)
  })
  afterEach(() => fixture.destroy())

  const credential = 'admin'
  function request(requestHash: string, expiresAt: number, key = 'key-1'): AcceptRequest {
    const { workspaceId } = fixture
    const idempotency = { workspaceId, credential, key, requestHash, expiresAt }
    return { workspaceId, events: [fixture.event()], idempotency }
  }
  /** The same request of somebody else. */
  const byAnother = (mine: AcceptRequest): AcceptRequest => ({
    ...mine,
    events: [fixture.event()],
    ...(mine.idempotency && { idempotency: { ...mine.idempotency, credential: 'another' } }),
  })
  const later = () => fixture.now + 86_400_000
  const storedEvents = async () => (await fixture.storage.listEvents(fixture.workspaceId, {}, HISTORY)).rows.length

  describe('publishing with an Idempotency-Key', () => {
    test('the same key and request gets the first response again and stores nothing', async () => {
      await fixture.addWebhook()
      const first = await fixture.storage.acceptEvents([request('a', later())], fixture.offer())
      await fixture.reopen()
      const second = await fixture.storage.acceptEvents([request('a', later())], fixture.offer())
      expect(first.results).toMatchObject([{ kind: 'accepted' }])
      expect(second.results).toEqual([{ ...first.results[0], kind: 'repeated' }])
      expect(second.leased).toEqual([])
      expect(await storedEvents()).toBe(1)
    })

    test('the same key with another request is refused and stores nothing', async () => {
      await fixture.storage.acceptEvents([request('a', later())], fixture.offer())
      const { results } = await fixture.storage.acceptEvents([request('b', later())], fixture.offer())
      expect(results).toEqual([{ kind: 'key_reused' }])
      expect(await storedEvents()).toBe(1)
    })

    test('a request that is refused for the id of an event leaves its key free', async () => {
      const event = fixture.event()
      await fixture.accept([event])
      const refused = { ...request('a', later()), events: [{ ...event, type: OTHER_TYPE }] }
      const { results } = await fixture.storage.acceptEvents([refused, refused], fixture.offer())
      expect(results).toEqual(results.map(() => ({ kind: 'id_reused', place: 0 })))
      const after = await fixture.storage.acceptEvents([request('b', later())], fixture.offer())
      expect(after.results).toMatchObject([{ kind: 'accepted' }])
    })

    test('the same key twice within one batch is accepted once', async () => {
      const requests = [request('a', later()), request('a', later()), request('b', later())]
      const { results } = await fixture.storage.acceptEvents(requests, fixture.offer())
      expect(results.map(({ kind }) => kind)).toEqual(['accepted', 'repeated', 'key_reused'])
      expect(await storedEvents()).toBe(1)
    })

    test('a key that has expired may be used again', async () => {
      await fixture.storage.acceptEvents([request('a', fixture.now - 1)], fixture.offer())
      const { results } = await fixture.storage.acceptEvents([request('b', later())], fixture.offer())
      expect(results).toMatchObject([{ kind: 'accepted' }])
      const again = await fixture.storage.acceptEvents([request('b', later())], fixture.offer())
      expect(again.results).toMatchObject([{ kind: 'repeated' }])
    })

    test('a key belongs to its workspace', async () => {
      const other = await fixture.addWorkspace()
      const mine = request('a', later())
      const theirs = { ...request('b', later()), workspaceId: other }
      const idempotency = { workspaceId: other, credential, key: 'key-1', requestHash: 'b', expiresAt: later() }
      const { results } = await fixture.storage.acceptEvents([mine, { ...theirs, idempotency }], fixture.offer())
      expect(results.map(({ kind }) => kind)).toEqual(['accepted', 'accepted'])
    })
  })

  describe('an Idempotency-Key belongs to its credential:', () => {
    test('the same request of another one is accepted too, in the same batch and later, and each gets its own again', async () => {
      const mine = request('a', later())
      const theirs = byAnother(mine)
      const both = await fixture.storage.acceptEvents([mine, theirs], fixture.offer())
      expect(both.results.map(({ kind }) => kind)).toEqual(['accepted', 'accepted'])
      await fixture.reopen()
      const again = await fixture.storage.acceptEvents([theirs, mine], fixture.offer())
      expect(again.results).toEqual([
        { ...both.results[1], kind: 'repeated' },
        { ...both.results[0], kind: 'repeated' },
      ])
      expect(await storedEvents()).toBe(2)
    })

    test('another request of another one is no conflict', async () => {
      await fixture.storage.acceptEvents([request('a', later())], fixture.offer())
      const { results } = await fixture.storage.acceptEvents([byAnother(request('b', later()))], fixture.offer())
      expect(results).toMatchObject([{ kind: 'accepted' }])
    })

    test('a change of another one with it is made, and each finds its own response', async () => {
      const responses = ['mine', 'theirs'].map((sealedBody) => ({ status: 201, sealedBody }))
      const claims = [credential, 'another'].map((by) => ({
        workspaceId: fixture.workspaceId,
        credential: by,
        key: 'key-1',
        requestHash: 'a',
      }))
      for (const [nth, claim] of claims.entries()) {
        const response = responses[nth] ?? { status: 0, sealedBody: '' }
        const idempotency = { ...claim, expiresAt: later(), response }
        await fixture.storage.createWebhook(
          fixture.webhookRow(),
          9,
          fixture.context('webhook.created', { idempotency }),
        )
      }
      expect(await Promise.all(claims.map((claim) => fixture.storage.findResponse(claim, fixture.now)))).toEqual(
        responses.map((response, nth) => ({ ...response, rowKey: savedKey(found(claims[nth])) })),
      )
    })
  })

  describe('a management change with an Idempotency-Key', () => {
    const response = { status: 201, sealedBody: 'sealed' }
    function keyed(requestHash: string, expiresAt = later(), now = fixture.now): ChangeContext {
      const { workspaceId } = fixture
      const idempotency = { workspaceId, credential, key: 'key-1', requestHash, expiresAt, response }
      return fixture.context('webhook.created', { idempotency, now })
    }
    const claimOf = (requestHash: string) => ({
      workspaceId: fixture.workspaceId,
      credential,
      key: 'key-1',
      requestHash,
    })
    const savedAs = (requestHash: string) => ({ ...response, rowKey: savedKey(claimOf(requestHash)) })

    test('its response is found again until it expires', async () => {
      await fixture.storage.createWebhook(fixture.webhookRow(), 9, keyed('a'))
      await fixture.reopen()
      expect(await fixture.storage.findResponse(claimOf('a'), fixture.now)).toEqual(savedAs('a'))
      expect(await fixture.storage.findResponse(claimOf('a'), later())).toBeUndefined()
    })

    test('a response is not found for another request: the key was reused', async () => {
      await fixture.storage.createWebhook(fixture.webhookRow(), 9, keyed('a'))
      await expect(fixture.storage.findResponse(claimOf('b'), fixture.now)).rejects.toThrow(Refusal)
    })

    test('the second of two equal requests changes nothing and is sent to the stored response', async () => {
      await fixture.storage.createWebhook(fixture.webhookRow(), 9, keyed('a'))
      const second = fixture.storage.createWebhook(fixture.webhookRow(), 9, keyed('a'))
      await expect(second).rejects.toBeInstanceOf(ResponseExists)
      expect((await fixture.storage.listWebhooks(fixture.workspaceId, PAGE)).total).toBe(1)
    })

    test('the same key with another request changes nothing and is refused', async () => {
      await fixture.storage.createWebhook(fixture.webhookRow(), 9, keyed('a'))
      const second = fixture.storage.createWebhook(fixture.webhookRow(), 9, keyed('b'))
      await expect(second).rejects.toMatchObject({ name: 'Refusal', code: 'IDEMPOTENCY_KEY_REUSED' })
      expect((await fixture.storage.listWebhooks(fixture.workspaceId, PAGE)).total).toBe(1)
    })

    test('a change that is refused saves no response', async () => {
      const refused = fixture.storage.createWebhook(fixture.webhookRow(), 0, keyed('a'))
      await expect(refused).rejects.toMatchObject({ code: 'WEBHOOK_LIMIT_REACHED' })
      expect(await fixture.storage.findResponse(claimOf('a'), fixture.now)).toBeUndefined()
    })

    test('a key that has expired may be used again', async () => {
      await fixture.storage.createWebhook(fixture.webhookRow(), 9, keyed('a', fixture.now + 5))
      await fixture.storage.createWebhook(fixture.webhookRow(), 9, keyed('b', later(), fixture.now + 5))
      expect(await fixture.storage.findResponse(claimOf('b'), fixture.now + 5)).toEqual(savedAs('b'))
    })

    test('a key that published events is not free for a change', async () => {
      await fixture.storage.acceptEvents([request('a', later())], fixture.offer())
      const change = fixture.storage.createWebhook(fixture.webhookRow(), 9, keyed('b'))
      await expect(change).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' })
      expect(await fixture.storage.findResponse(claimOf('a'), fixture.now)).toBeUndefined()
    })

    test('expired responses are pruned, at most as many as asked for, and no others', async () => {
      const requests = ['k1', 'k2', 'k3'].map((key) => request('a', fixture.now - 1, key))
      await fixture.storage.acceptEvents([...requests, request('a', later(), 'k4')], fixture.offer())
      expect(await fixture.storage.pruneResponses(fixture.now, 2)).toBe(2)
      expect(await fixture.storage.pruneResponses(fixture.now, 2)).toBe(1)
      expect(await fixture.storage.pruneResponses(fixture.now, 2)).toBe(0)
      const again = await fixture.storage.acceptEvents([request('a', later(), 'k4')], fixture.offer())
      expect(again.results).toMatchObject([{ kind: 'repeated' }])
    })
  })
}
