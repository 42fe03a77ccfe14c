// Owns the guarantees about secrets that are kept: rotating them, and what is left of those that have ended.
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Fixture, HISTORY, type MakeStorage, MINUTE_MS } from './fixture.ts'

export function secretsConformance(makeStorage: MakeStorage): void {
  let fixture: Fixture
  beforeEach(async () => {
    fixture = await Fixture.make(makeStorage)
  })
  afterEach(() => fixture.destroy())

  test('a rotation takes the place of the secret it was made for, raises the version, and keeps the list in order', async () => {
    const row = await fixture.addWebhook()
    const { workspaceId, now, storage } = fixture
    const previousSecrets = [
      { sealed: row.sealedSecret, expiresAt: now + 9 },
      { sealed: 'older', expiresAt: now + 5 },
    ]
    const rotation = { replaces: row.sealedSecret, sealedSecret: 'second', secretPreview: 'p', previousSecrets }
    const context = () => fixture.context('webhook.secret_rotated', { now: now + 1 })
    expect(await storage.rotateSecret(workspaceId, row.id, rotation, context())).toBe(true)
    const { replaces: _, ...rotated } = rotation
    expect(await fixture.webhook(row.id)).toEqual({ ...row, ...rotated, version: 2, updatedAt: now + 1 })
    const audited = async () => (await storage.listAuditEntries(workspaceId, HISTORY)).rows.length
    const entries = await audited()
    // It knew the secret before that: nothing of it is written.
    expect(await storage.rotateSecret(workspaceId, row.id, rotation, context())).toBe(false)
    expect(await fixture.webhook(row.id)).toMatchObject({ ...rotated, version: 2 })
    expect(await audited()).toBe(entries)
    const unknown = storage.rotateSecret(workspaceId, randomUUID(), rotation, context())
    await expect(unknown).rejects.toMatchObject({ code: 'WEBHOOK_NOT_FOUND' })
  })

  test('of rotations that began from the same secret one is written', async () => {
    const row = await fixture.addWebhook()
    const rotate = (sealedSecret: string) =>
      fixture.storage.rotateSecret(
        fixture.workspaceId,
        row.id,
        { replaces: row.sealedSecret, sealedSecret, secretPreview: '', previousSecrets: [] },
        fixture.context('webhook.secret_rotated'),
      )
    const outcomes = await Promise.all(['a', 'b', 'c', 'd'].map(rotate))
    expect(outcomes.filter(Boolean).length).toBe(1)
    expect((await fixture.webhook(row.id)).version).toBe(2)
  })

  test('previous secrets are wiped when their time has ended, in bounded batches, and change nothing else', async () => {
    const { now, storage } = fixture
    const at = (...times: number[]) => times.map((expiresAt) => ({ sealed: `until ${expiresAt}`, expiresAt }))
    const some = await fixture.addWebhook({ previousSecrets: at(now + MINUTE_MS, now - 9, now - 5) })
    const all = await fixture.addWebhook({ previousSecrets: at(now - 10, now - 11) })
    const none = await fixture.addWebhook({ previousSecrets: at(now + MINUTE_MS) })
    expect(await storage.wipeExpiredSecrets(now - 9, 1)).toBe(1)
    expect(await storage.wipeExpiredSecrets(now - 9, 9)).toBe(1)
    expect(await storage.wipeExpiredSecrets(now - 9, 9)).toBe(0)
    expect(await fixture.webhook(some.id)).toEqual({ ...some, previousSecrets: at(now + MINUTE_MS, now - 5) })
    expect(await fixture.webhook(all.id)).toEqual({ ...all, previousSecrets: [] })
    expect(await fixture.webhook(none.id)).toEqual(none)
    expect(await storage.wipeExpiredSecrets(now, 9)).toBe(1)
    expect((await fixture.webhook(some.id)).previousSecrets).toEqual(at(now + MINUTE_MS))
  })
}
