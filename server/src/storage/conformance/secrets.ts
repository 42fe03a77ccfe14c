// Owns the guarantees about secrets that are kept: rotating them, and what is left of those that have ended.
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Fixture, found, HISTORY, type MakeStorage, MINUTE_MS } from './fixture.ts'

const LIST = [{ sealed: 'sealed before', expiresAt: 9e12 }]

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

  test('what is sealed is listed in order, a batch after another, without webhooks that were deleted', async () => {
    const { storage } = fixture
    const rows = []
    for (let count = 0; count < 5; count++) rows.push(await fixture.addWebhook({ sealedSecret: `s${count}` }))
    const theirs = await fixture.addWebhook({ workspaceId: await fixture.addWorkspace(), previousSecrets: LIST })
    const [gone] = rows
    await storage.deleteWebhook(fixture.workspaceId, gone?.id ?? '', fixture.context('webhook.deleted'))
    const listed = []
    for (let after = null; ; ) {
      const batch = await storage.listSealedWebhooks(after, 2)
      listed.push(...batch)
      if (batch.length < 2) break
      after = found(batch.at(-1))
    }
    expect(listed.map(({ id }) => id).sort()).toEqual([...rows.slice(1), theirs].map(({ id }) => id).sort())
    const { workspaceId, id, sealedSecret, sealedHeaders } = theirs
    expect(listed).toContainEqual({ workspaceId, id, sealedSecret, sealedHeaders, previousSecrets: LIST })
    expect(await storage.countSealed()).toEqual({ webhooks: 5, responses: 0, sources: 0 })
  })

  test('of a deleted webhook nothing is kept that could be read', async () => {
    const row = await fixture.addWebhook({ description: 'mine', previousSecrets: LIST, sealedSecret: 'v9.secret' })
    await fixture.storage.deleteWebhook(fixture.workspaceId, row.id, fixture.context('webhook.deleted'))
    expect(await fixture.storage.hasSealed('v9.')).toBe(false)
  })

  test('a webhook is sealed again only as it was read, without a new version', async () => {
    const { storage } = fixture
    const row = await fixture.addWebhook({ previousSecrets: LIST })
    const before = found((await storage.listSealedWebhooks(null, 9))[0])
    const after = {
      ...before,
      sealedSecret: 'again',
      sealedHeaders: 'headers again',
      previousSecrets: LIST.map(({ expiresAt }) => ({ sealed: 'previous again', expiresAt })),
    }
    expect(await storage.replaceSealedWebhooks([{ before: { ...before, sealedSecret: 'other' }, after }])).toBe(0)
    expect(await fixture.webhook(row.id)).toEqual(row)
    expect(await storage.replaceSealedWebhooks([{ before, after }])).toBe(1)
    expect(await fixture.webhook(row.id)).toEqual({ ...row, ...after })
  })

  test('an earlier secret that was wiped after it was read does not come back by being sealed again', async () => {
    const { storage, now } = fixture
    const row = await fixture.addWebhook({ previousSecrets: [{ sealed: 'ended', expiresAt: now }] })
    const before = found((await storage.listSealedWebhooks(null, 9))[0])
    expect(await storage.wipeExpiredSecrets(now, 9)).toBe(1)
    expect(await storage.replaceSealedWebhooks([{ before, after: before }])).toBe(0)
    expect((await fixture.webhook(row.id)).previousSecrets).toEqual([])
  })

  test('so is a stored response', async () => {
    const { storage, workspaceId, now } = fixture
    const claims = ['a', 'b', 'c'].map((key) => ({ workspaceId, credential: 'admin', key, requestHash: 'h' }))
    for (const claim of claims) {
      const response = { status: 201, sealedBody: `sealed ${claim.key}` }
      await storage.saveResponse({ ...claim, expiresAt: now + MINUTE_MS, response }, now)
    }
    const first = await storage.listSealedResponses(null, 2)
    const rest = await storage.listSealedResponses(found(first.at(-1)), 2)
    const listed = [...first, ...rest]
    expect(listed.map(({ sealedBody }) => sealedBody)).toEqual(['sealed a', 'sealed b', 'sealed c'])
    const [before] = listed
    const after = { ...found(before), sealedBody: 'again' }
    expect(await storage.replaceSealedResponses([{ before: { ...after, sealedBody: 'other' }, after }])).toBe(0)
    expect(await storage.replaceSealedResponses([{ before: found(before), after }])).toBe(1)
    expect(await storage.findResponse(found(claims[0]), now)).toEqual({
      status: 201,
      sealedBody: 'again',
      rowKey: found(before).rowKey,
    })
    expect(await storage.hasSealed('sealed ')).toBe(true)
    expect(await storage.countSealed()).toEqual({ webhooks: 0, responses: 3, sources: 0 })
  })

  test('a sealed text is found by its beginning, wherever it lies', async () => {
    const { storage } = fixture
    expect(await storage.hasSealed('v1.')).toBe(false)
    await fixture.addWebhook({ sealedSecret: 'v2.v1.', sealedHeaders: 'v2.', previousSecrets: [] })
    expect(await storage.hasSealed('v1.')).toBe(false)
    await fixture.addWebhook({ previousSecrets: [{ sealed: 'v1.old', expiresAt: 1 }] })
    expect(await storage.hasSealed('v1.')).toBe(true)
  })

  test('the check of a key is kept once for each key, and stays until it is removed', async () => {
    const { storage } = fixture
    await storage.saveKeyCheck({ keyId: 'b', sealed: '1' })
    await storage.saveKeyCheck({ keyId: 'a', sealed: '2' })
    await storage.saveKeyCheck({ keyId: 'b', sealed: '3' })
    await fixture.reopen()
    expect(await fixture.storage.listKeyChecks()).toEqual([
      { keyId: 'a', sealed: '2' },
      { keyId: 'b', sealed: '3' },
    ])
    await fixture.storage.removeKeyChecks(['b', 'unknown'])
    await fixture.storage.removeKeyChecks([])
    expect(await fixture.storage.listKeyChecks()).toEqual([{ keyId: 'a', sealed: '2' }])
  })
}
