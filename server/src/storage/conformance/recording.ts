// Owns the guarantees of recordAttempts: attempts, delivery states, counters, health, announcements.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readAttempt } from '../shared/attempt-record.ts'
import type { AttemptRow } from '../storage.ts'
import { Fixture, found, HISTORY, type MakeStorage, MINUTE_MS, OTHER_TYPE, only, TYPE } from './fixture.ts'

export function recordingConformance(makeStorage: MakeStorage): void {
  let fixture: Fixture
  beforeEach(async () => {
    fixture = await Fixture.make(makeStorage)
  })
  afterEach(() => fixture.destroy())

  const acceptOne = async () => only((await fixture.accept([fixture.event()])).leased)
  const REFUSED = { responseStatus: 503, error: 'The receiver answered 503.' }
  const ENDED = { status: 'failed', nextAttemptAt: null } as const

  describe('recording an attempt', () => {
    test('keeps the whole attempt and shows it with the delivery, also after the store is opened again', async () => {
      const webhook = await fixture.addWebhook()
      const delivery = await acceptOne()
      const result = fixture.result(delivery)
      await fixture.record(result)
      await fixture.reopen()
      const detail = found(await fixture.storage.findDelivery(fixture.workspaceId, webhook.id, delivery.id))
      expect(detail.lastAttempt).toEqual(readAttempt(result.attempt))
      const { rows, next } = await fixture.storage.listAttempts(fixture.workspaceId, delivery.id, HISTORY)
      expect([rows, next]).toEqual([[readAttempt(result.attempt)], null])
    })

    test('a success ends the delivery', async () => {
      await fixture.addWebhook()
      await fixture.record(fixture.result(await acceptOne()))
      expect(await fixture.delivery()).toMatchObject({
        status: 'success',
        attempts: 1,
        nextAttemptAt: null,
        lastError: null,
        responseStatus: 200,
        updatedAt: fixture.now + 13,
      })
      expect(await fixture.claim({}, fixture.now + 99 * MINUTE_MS)).toEqual([])
    })

    test('a failure is queued for the time that was decided, with its cause', async () => {
      await fixture.addWebhook()
      await fixture.record(fixture.failure(await acceptOne()))
      expect(await fixture.delivery()).toMatchObject({
        status: 'queued',
        attempts: 1,
        nextAttemptAt: fixture.now + MINUTE_MS,
        lastError: 'The receiver answered 503.',
        responseStatus: 503,
      })
      const again = only(await fixture.claim({}, fixture.now + MINUTE_MS))
      expect(again).toMatchObject({ attempts: 1, scheduledAttempts: 1, trigger: 'automatic', succeededBefore: false })
    })

    test('an attempt that does not count for the schedule counts as an attempt only', async () => {
      await fixture.addWebhook()
      await fixture.record(fixture.failure(await acceptOne(), { countsForSchedule: false }))
      const again = only(await fixture.claim({}, fixture.now + MINUTE_MS))
      expect(again).toMatchObject({ attempts: 1, scheduledAttempts: 0 })
    })

    test('lists attempts newest first, page by page', async () => {
      await fixture.addWebhook()
      let delivery = await acceptOne()
      for (let number = 1; number <= 5; number++) {
        await fixture.record(fixture.failure(delivery, { nextAttemptAt: fixture.now }))
        delivery = { ...only(await fixture.claim()) }
      }
      const first = await fixture.storage.listAttempts(fixture.workspaceId, delivery.id, { limit: 3, before: null })
      const second = await fixture.storage.listAttempts(fixture.workspaceId, delivery.id, {
        limit: 3,
        before: first.next,
      })
      expect([...first.rows, ...second.rows].map(({ number }) => number)).toEqual([5, 4, 3, 2, 1])
      expect(second.next).toBeNull()
    })
  })

  describe('the health of a webhook', () => {
    test('counts each delivery that ended, and no attempt that is tried again', async () => {
      const webhook = await fixture.addWebhook()
      const { leased } = await fixture.accept(fixture.events(4))
      const [a, b, c, d] = leased.map(found)
      await fixture.record(
        fixture.result(found(a)),
        fixture.result(found(b)),
        fixture.failure(found(c), ENDED),
        fixture.failure(found(d)),
      )
      expect(await fixture.webhook(webhook.id)).toMatchObject({ successCount: 2, failureCount: 1, version: 1 })
    })

    test('keeps the end of the last attempt', async () => {
      const webhook = await fixture.addWebhook()
      const { leased } = await fixture.accept(fixture.events(2))
      const [late, early] = leased
      await fixture.record(
        fixture.result(found(late), { attempt: fixture.attempt({ startedAt: fixture.now + 500, durationMs: 1.2 }) }),
        fixture.result(found(early), { attempt: fixture.attempt({ startedAt: fixture.now + 100 }) }),
      )
      expect((await fixture.webhook(webhook.id)).lastDeliveryAt).toBe(fixture.now + 501)
    })

    test('fails since its first failure, and no longer after a success', async () => {
      const webhook = await fixture.addWebhook()
      const failAt = async (startedAt: number) =>
        fixture.record(
          fixture.failure(await acceptOne(), { attempt: fixture.attempt({ startedAt, durationMs: 0, ...REFUSED }) }),
        )
      const failingSince = async () => (await fixture.webhook(webhook.id)).failingSince
      expect(await failingSince()).toBeNull()
      await failAt(fixture.now + 1)
      await failAt(fixture.now + 2)
      expect(await failingSince()).toBe(fixture.now + 1)
      await fixture.record(fixture.result(await acceptOne()))
      expect(await failingSince()).toBeNull()
    })

    test('fails too when a manual attempt fails after the delivery had succeeded', async () => {
      const webhook = await fixture.addWebhook()
      const delivery = await acceptOne()
      await fixture.record(fixture.result(delivery))
      await fixture.storage.retryDelivery(fixture.workspaceId, webhook.id, delivery.id, fixture.context())
      const again = only(await fixture.claim())
      await fixture.record(
        fixture.result(again, { attempt: fixture.attempt({ number: 2, ...REFUSED }), status: 'success' }),
      )
      expect(await fixture.webhook(webhook.id)).toMatchObject({ successCount: 1, failureCount: 0 })
      expect((await fixture.webhook(webhook.id)).failingSince).not.toBeNull()
    })

    test('a batch is read in its order: what failed after the last success is failing', async () => {
      const webhook = await fixture.addWebhook()
      const { leased } = await fixture.accept(fixture.events(4))
      const at = (startedAt: number, answer: Partial<AttemptRow> = {}) => ({
        attempt: fixture.attempt({ startedAt, durationMs: 0, ...answer }),
      })
      const [a, b, c, d] = leased.map(found)
      await fixture.record(
        fixture.failure(found(a), at(1001, REFUSED)),
        fixture.result(found(b), at(1002)),
        fixture.failure(found(c), at(1003, REFUSED)),
        fixture.failure(found(d), at(1004, REFUSED)),
      )
      expect((await fixture.webhook(webhook.id)).failingSince).toBe(1003)
    })

    test('is disabled with its reason, once, and raises its version', async () => {
      const webhook = await fixture.addWebhook()
      const { leased } = await fixture.accept(fixture.events(2))
      const gone = leased.map((delivery) => {
        const announce = [fixture.event({ type: 'webhook.disabled' })]
        return fixture.failure(delivery, { ...ENDED, disableWebhook: 'gone', announce })
      })
      await fixture.record(...gone)
      const announced = await fixture.storage.listEvents(fixture.workspaceId, { type: 'webhook.disabled' }, HISTORY)
      expect(announced.rows).toHaveLength(1)
      const { rows } = await fixture.storage.listAuditEntries(fixture.workspaceId, HISTORY)
      expect(rows.filter(({ action }) => action === 'webhook.disabled')).toHaveLength(1)
      const off = await fixture.webhook(webhook.id)
      expect(off).toMatchObject({ isActive: false, disabledReason: 'gone', version: 2, failureCount: 2 })
      await fixture.storage.updateWebhook(fixture.workspaceId, webhook.id, { isActive: true }, fixture.context())
      const on = await fixture.webhook(webhook.id)
      expect(on).toMatchObject({ isActive: true, disabledReason: null, failingSince: null, version: 3 })
    })

    test('a webhook that was disabled by its owner keeps no reason of the service', async () => {
      const webhook = await fixture.addWebhook()
      const delivery = await acceptOne()
      await fixture.storage.updateWebhook(fixture.workspaceId, webhook.id, { isActive: false }, fixture.context())
      await fixture.record(fixture.failure(delivery, { ...ENDED, disableWebhook: 'failing' }))
      expect(await fixture.webhook(webhook.id)).toMatchObject({ isActive: false, disabledReason: null, version: 2 })
    })
  })

  describe('announcing', () => {
    test('an operational event is stored and leased with its body in the transaction of its cause', async () => {
      await fixture.addWebhook()
      const listener = await fixture.addWebhook()
      const delivery = found((await fixture.accept([fixture.event()])).leased[0])
      await fixture.addSubscription(listener.id, { eventKey: OTHER_TYPE })
      const event = fixture.event({ type: OTHER_TYPE })
      const offer = fixture.offer()
      const answer = await fixture.storage.recordAttempts([fixture.result(delivery, { announce: [event] })], offer)
      const leased = { webhookId: listener.id, eventId: event.id, envelope: event.envelope, leaseToken: offer.token }
      expect(only(answer.leased)).toMatchObject(leased)
      expect(answer.overflow).toBe(0)
    })

    test('without capacity it is queued and due', async () => {
      await fixture.addWebhook()
      const delivery = await acceptOne()
      const result = fixture.result(delivery, { announce: [fixture.event()] })
      const answer = await fixture.storage.recordAttempts([result], fixture.noCapacity())
      expect([answer.leased.length, answer.overflow]).toEqual([0, 1])
      expect((await fixture.claim()).length).toBe(1)
    })

    test('a result that is fenced off announces nothing', async () => {
      await fixture.addWebhook()
      const delivery = await acceptOne()
      await fixture.storage.rescueDeliveries(fixture.now, true)
      await fixture.record(fixture.result(delivery, { announce: [fixture.event()] }))
      expect((await fixture.storage.listEvents(fixture.workspaceId, {}, HISTORY)).rows.length).toBe(1)
    })

    test('does not go to the webhook that the same result disables', async () => {
      const webhook = await fixture.addWebhook()
      const delivery = await acceptOne()
      const announce = [fixture.event({ type: TYPE })]
      await fixture.record(fixture.failure(delivery, { ...ENDED, disableWebhook: 'gone', announce }))
      expect((await fixture.deliveries({ webhookId: webhook.id })).length).toBe(1)
    })
  })

  describe('asking for a delivery again manually', () => {
    const retry = (webhookId: string, id: string) =>
      fixture.storage.retryDelivery(fixture.workspaceId, webhookId, id, fixture.context('delivery.retried'))

    test('makes it due now with the trigger manual, and takes it out of the counters', async () => {
      const webhook = await fixture.addWebhook()
      const delivery = await acceptOne()
      await fixture.record(fixture.failure(delivery, ENDED))
      const row = await retry(webhook.id, delivery.id)
      expect(row).toMatchObject({ id: delivery.id, status: 'queued', nextAttemptAt: fixture.now, attempts: 1 })
      expect((await fixture.webhook(webhook.id)).failureCount).toBe(0)
      const again = only(await fixture.claim())
      expect(again).toMatchObject({ trigger: 'manual', attempts: 1, scheduledAttempts: 1, succeededBefore: false })
      await fixture.record(fixture.result(again))
      expect(await fixture.webhook(webhook.id)).toMatchObject({ successCount: 1, failureCount: 0 })
    })

    test('remembers that it had succeeded before', async () => {
      const webhook = await fixture.addWebhook()
      const delivery = await acceptOne()
      await fixture.record(fixture.result(delivery))
      await retry(webhook.id, delivery.id)
      expect((await fixture.webhook(webhook.id)).successCount).toBe(0)
      const again = only(await fixture.claim())
      expect(again).toMatchObject({ trigger: 'manual', succeededBefore: true })
      await fixture.record(fixture.failure(again, ENDED))
      expect(await fixture.webhook(webhook.id)).toMatchObject({ successCount: 0, failureCount: 1 })
    })

    test('what is then queued again is automatic again', async () => {
      const webhook = await fixture.addWebhook()
      const delivery = await acceptOne()
      await fixture.record(fixture.failure(delivery))
      await retry(webhook.id, delivery.id)
      const again = only(await fixture.claim())
      expect(again.trigger).toBe('manual')
      await fixture.record(fixture.failure(again, { countsForSchedule: false }))
      expect(only(await fixture.claim({}, fixture.now + MINUTE_MS))).toMatchObject({
        trigger: 'automatic',
        attempts: 2,
        scheduledAttempts: 1,
      })
    })

    test('is refused while it is sent, for an inactive webhook, and for what is not there', async () => {
      const webhook = await fixture.addWebhook()
      const other = await fixture.addWebhook()
      const delivery = found(
        (await fixture.accept([fixture.event()])).leased.find(({ webhookId }) => webhookId === webhook.id),
      )
      await expect(retry(webhook.id, delivery.id)).rejects.toMatchObject({ code: 'DELIVERY_SENDING' })
      await fixture.record(fixture.failure(delivery))
      await expect(retry(other.id, delivery.id)).rejects.toMatchObject({ code: 'DELIVERY_NOT_FOUND' })
      await fixture.storage.updateWebhook(fixture.workspaceId, webhook.id, { isActive: false }, fixture.context())
      await expect(retry(webhook.id, delivery.id)).rejects.toMatchObject({ code: 'WEBHOOK_INACTIVE' })
      await fixture.storage.deleteWebhook(fixture.workspaceId, webhook.id, fixture.context())
      await expect(retry(webhook.id, delivery.id)).rejects.toMatchObject({ code: 'WEBHOOK_NOT_FOUND' })
    })
  })

  describe('deliveries of a deleted webhook', () => {
    test('end as failed when they are queued, and the history stays', async () => {
      const webhook = await fixture.addWebhook({ ordering: 'call' })
      const other = await fixture.addWebhook()
      await fixture.accept(fixture.events(3, { callId: 'call-1' }), fixture.noCapacity())
      await fixture.storage.deleteWebhook(fixture.workspaceId, webhook.id, fixture.context('webhook.deleted'))
      expect(await fixture.storage.endOrphanedDeliveries(2, fixture.now)).toBe(2)
      expect(await fixture.storage.endOrphanedDeliveries(2, fixture.now)).toBe(1)
      expect(await fixture.storage.endOrphanedDeliveries(2, fixture.now)).toBe(0)
      const rows = await fixture.deliveries({ webhookId: webhook.id })
      expect(rows.map(({ status, lastError, nextAttemptAt }) => ({ status, lastError, nextAttemptAt }))).toEqual(
        Array(3).fill({ status: 'failed', lastError: 'The webhook was deleted.', nextAttemptAt: null }),
      )
      expect((await fixture.deliveries({ webhookId: other.id, status: 'queued' })).length).toBe(3)
    })

    test('are claimed no more, and one that is in flight may still be recorded', async () => {
      const webhook = await fixture.addWebhook()
      const { leased } = await fixture.accept(fixture.events(2), fixture.offer({ limit: 1 }))
      await fixture.storage.deleteWebhook(fixture.workspaceId, webhook.id, fixture.context('webhook.deleted'))
      expect(await fixture.claim()).toEqual([])
      expect(await fixture.storage.nextDueAt()).toBeNull()
      expect(await fixture.record(fixture.result(only(leased)))).toEqual([true])
    })
  })
}
