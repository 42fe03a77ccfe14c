// Owns the guarantees of a backlog: what has not ended of a webhook and of a workspace, within the rows that may be looked at.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Fixture, found, type MakeStorage, MINUTE_MS } from './fixture.ts'

const NOTHING = { pending: 0, due: 0, sending: 0, isExact: true, oldestAt: null, nextAttemptAt: null }

export function backlogConformance(makeStorage: MakeStorage): void {
  let fixture: Fixture
  beforeEach(async () => {
    fixture = await Fixture.make(makeStorage)
  })
  afterEach(() => fixture.destroy())

  const backlog = (webhookId: string | null, rowsMax = 100, now = fixture.now) =>
    fixture.storage.findBacklog({ workspaceId: fixture.workspaceId, webhookId, now, rowsMax, dueMax: rowsMax })

  test('of nothing is nothing', async () => {
    const { id } = await fixture.addWebhook()
    for (const of of [id, null]) expect(await backlog(of)).toEqual(NOTHING)
  })

  test('counts what waits and what is being sent, of the webhook and of all', async () => {
    const webhook = await fixture.addWebhook()
    const events = fixture.events(5)
    const { leased } = await fixture.accept(events.slice(0, 3))
    const other = await fixture.addWebhook()
    await fixture.accept(events.slice(3), fixture.noCapacity())
    // One of those that are sent succeeds, one fails and waits.
    const retryAt = fixture.now + 2 * MINUTE_MS
    await fixture.record(
      fixture.result(found(leased[0])),
      fixture.failure(found(leased[1]), { nextAttemptAt: retryAt }),
    )
    const [, second, , fourth] = events.map(({ acceptedAt }) => acceptedAt)
    const ofWebhook = { pending: 4, due: 2, sending: 1, isExact: true, oldestAt: second, nextAttemptAt: fourth }
    expect(await backlog(webhook.id)).toEqual(ofWebhook)
    expect(await backlog(webhook.id, 100, retryAt)).toMatchObject({ due: 3 })
    expect(await backlog(other.id)).toEqual({ ...ofWebhook, pending: 2, sending: 0, oldestAt: fourth })
    expect(await backlog(null)).toEqual({ ...ofWebhook, pending: 6, due: 0 })
    const elsewhere = await fixture.addWorkspace()
    const ofOther = { workspaceId: elsewhere, now: fixture.now, rowsMax: 100, dueMax: 100 }
    expect(await fixture.storage.findBacklog({ ...ofOther, webhookId: null })).toEqual(NOTHING)
    expect(await fixture.storage.findBacklog({ ...ofOther, webhookId: webhook.id })).toMatchObject({ pending: 0 })
  })

  test('what is being sent is pending since it was made', async () => {
    const webhook = await fixture.addWebhook()
    const event = fixture.event()
    await fixture.accept([event])
    for (const of of [webhook.id, null])
      expect(await backlog(of)).toEqual({ ...NOTHING, pending: 1, sending: 1, oldestAt: event.acceptedAt })
  })

  test('what waits for its turn in a call is pending and not due', async () => {
    const { id } = await fixture.addWebhook({ ordering: 'call' })
    const { leased } = await fixture.accept(fixture.events(2, { callId: 'c' }))
    const waits = { pending: 2, due: 0, isExact: true }
    for (const of of [id, null]) expect(await backlog(of)).toMatchObject({ ...waits, sending: 1, nextAttemptAt: null })
    await fixture.record(fixture.failure(found(leased[0])))
    const nextAttemptAt = fixture.now + MINUTE_MS
    for (const of of [id, null]) expect(await backlog(of)).toMatchObject({ ...waits, sending: 0, nextAttemptAt })
  })

  test('beyond what may be looked at says that there is more, and still how much is due and when the next is', async () => {
    const { id } = await fixture.addWebhook()
    const first = fixture.events(3)
    const { leased } = await fixture.accept(first)
    // The oldest are the last to be tried.
    await fixture.record(...leased.map((delivery) => fixture.failure(delivery)))
    const later = fixture.events(3)
    await fixture.accept(later, fixture.noCapacity())
    const oldestAt = first[0]?.acceptedAt
    const nextAttemptAt = later[0]?.acceptedAt
    const inPart = { pending: 2, isExact: false, oldestAt, nextAttemptAt, sending: 0 }
    expect(await backlog(id, 2)).toEqual({ ...inPart, due: 2 })
    const asked = { workspaceId: fixture.workspaceId, webhookId: id, now: fixture.now, rowsMax: 2 }
    for (const dueMax of [0, 1])
      expect(await fixture.storage.findBacklog({ ...asked, dueMax })).toEqual({ ...inPart, due: dueMax })
    expect(await backlog(null, 2)).toEqual({ ...inPart, due: 0 })
    const whole = { pending: 6, isExact: true, oldestAt, nextAttemptAt, sending: 0 }
    expect(await backlog(id, 6)).toEqual({ ...whole, due: 3 })
    expect(await backlog(null, 6)).toEqual({ ...whole, due: 0 })
  })

  test('of a webhook that was deleted is pending until it ends, and never tried', async () => {
    const { id } = await fixture.addWebhook()
    await fixture.accept(fixture.events(2), fixture.noCapacity())
    await fixture.storage.deleteWebhook(fixture.workspaceId, id, fixture.context('webhook.deleted'))
    for (const rowsMax of [1, 100])
      expect(await backlog(null, rowsMax)).toMatchObject({ pending: Math.min(rowsMax, 2), nextAttemptAt: null })
    await fixture.storage.endOrphanedDeliveries(500, fixture.now)
    expect(await backlog(null)).toEqual(NOTHING)
  })
}
