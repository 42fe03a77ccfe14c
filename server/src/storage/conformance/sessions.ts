// Owns the guarantees of sessions of browsers: a link is good once, and what has ended is not found by anybody.
import { randomUUID } from 'node:crypto'
import type { WorkspaceScope } from '@timbre/contract/api-key.ts'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { SessionRow } from '../storage.ts'
import { Fixture, found, HISTORY, type MakeStorage, MINUTE_MS, PAGE } from './fixture.ts'

export function sessionsConformance(makeStorage: MakeStorage): void {
  let fixture: Fixture
  beforeEach(async () => {
    fixture = await Fixture.make(makeStorage)
  })
  afterEach(() => fixture.destroy())

  const addPortal = async (fields: Partial<SessionRow> = {}, limit = 9): Promise<SessionRow> => {
    const row = fixture.sessionRow(fields)
    await fixture.storage.createPortalSession(row, limit, fixture.context('portal_session.created'))
    return row
  }
  const addSession = async (fields: Partial<SessionRow> = {}, limit = 9): Promise<SessionRow> => {
    const times = { usedAt: fixture.now, lastSeenAt: fixture.now }
    const got = { kind: 'operator', linkHash: null, hash: randomUUID(), capabilities: null, locale: null } as const
    const row = fixture.sessionRow({ ...got, ...times, ...fields })
    await fixture.storage.createSession(row, limit, fixture.context('session.created'))
    return row
  }
  const addKey = async (
    scopes: readonly WorkspaceScope[] = ['events:read'],
    workspaceId: string = fixture.workspaceId,
  ) => {
    const named = { id: randomUUID(), workspaceId, name: 'k', scopes, environment: 'production' } as const
    const dates = { createdAt: fixture.now, lastUsedAt: null, revokedAt: null }
    const row = { ...named, hash: randomUUID(), preview: 'sk', ...dates }
    await fixture.storage.createApiKey(row, 9, fixture.context())
    return row.id
  }
  const use = (row: SessionRow, hash: string) =>
    fixture.storage.usePortalLink(
      { ...row, linkHash: row.linkHash ?? '', hash, livesUntil: fixture.now + MINUTE_MS },
      fixture.context('portal_session.used'),
    )
  const auditCount = async () => (await fixture.storage.listAuditEntries(null, HISTORY)).rows.length
  const find = (row: SessionRow, now = fixture.now) => fixture.storage.findSession([row.hash ?? '', 'other'], now)

  describe('the link of a portal session', () => {
    test('is found until it is followed, and the session by its cookie from then on', async () => {
      const row = await addPortal()
      const { storage, now } = fixture
      const link = [found(row.linkHash ?? undefined)]
      expect(await storage.findSession(link, now)).toBeUndefined()
      expect(await storage.findPortalLink(link, now)).toEqual({ ...row, keyScopes: null })
      expect(await use(row, 'cookie')).toBe(true)
      expect(await storage.findPortalLink(link, now)).toBeUndefined()
      expect(await storage.findPortalLink(['cookie'], now)).toBeUndefined()
      expect(await storage.findSession(['x', 'cookie'], now)).toEqual({
        ...row,
        linkHash: null,
        hash: 'cookie',
        usedAt: now,
        lastSeenAt: now,
        livesUntil: now + MINUTE_MS,
        keyScopes: null,
      })
    })

    test('is good for one of many at the same moment, which alone leaves an audit entry', async () => {
      const row = await addPortal()
      const before = await auditCount()
      const outcomes = await Promise.all(['a', 'b', 'c', 'd'].map((hash) => use(row, hash)))
      expect(outcomes.filter((isMine) => isMine)).toHaveLength(1)
      expect(await auditCount()).toBe(before + 1)
      const winner = ['a', 'b', 'c', 'd'].filter((_, nth) => outcomes[nth])
      expect((await fixture.storage.findSession(['a', 'b', 'c', 'd'], fixture.now))?.hash).toBe(winner[0])
    })

    test('has a time, and does not come back from the dead', async () => {
      const row = await addPortal()
      const link = [found(row.linkHash ?? undefined)]
      expect(await fixture.storage.findPortalLink(link, row.livesUntil - 1)).toBeDefined()
      expect(await fixture.storage.findPortalLink(link, row.livesUntil)).toBeUndefined()
    })

    test('is refused when the workspace has too many that live, also of many at once', async () => {
      const refusal = { code: 'PORTAL_SESSION_LIMIT_REACHED', details: { limit: 2 } }
      await addPortal({ livesUntil: fixture.now })
      const outcomes = await Promise.allSettled([1, 2, 3].map(() => addPortal({}, 2)))
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(2)
      await expect(addPortal({}, 2)).rejects.toMatchObject(refusal)
      await addPortal({ workspaceId: await fixture.addWorkspace() }, 2)
      await expect(addPortal({ workspaceId: randomUUID() })).rejects.toMatchObject({ code: 'WORKSPACE_NOT_FOUND' })
    })
  })

  test('a session is found with what its key may do, and not when the key is revoked', async () => {
    const [id, other] = [await addKey(['events:read', 'webhooks:read']), await addKey()]
    const session = await addSession({ kind: 'key', createdBy: id })
    const portal = await addPortal({ createdBy: id })
    const theirs = await addSession({ kind: 'key', createdBy: other })
    expect((await find(session))?.keyScopes).toEqual(['events:read', 'webhooks:read'])
    await fixture.storage.revokeApiKey(fixture.workspaceId, id, fixture.context('api_key.revoked'))
    expect(await find(session)).toBeUndefined()
    expect(await fixture.storage.findPortalLink([portal.linkHash ?? ''], fixture.now)).toBeUndefined()
    expect((await fixture.storage.listPortalSessions(fixture.workspaceId, fixture.now, PAGE)).total).toBe(0)
    expect(await find(theirs)).toBeDefined()
  })

  test('one that names a key which is not there, or is another workspace’s, is not found', async () => {
    const elsewhere = await addKey(['events:read'], await fixture.addWorkspace())
    for (const createdBy of [elsewhere, randomUUID()])
      expect(await find(await addSession({ kind: 'key', createdBy }))).toBeUndefined()
  })

  test('of one key so many stay, and the oldest end', async () => {
    const rows = []
    for (let nth = 0; nth < 4; nth++) rows.push(await addSession({}, 2))
    const other = await addSession({ createdBy: await addKey(), kind: 'key' }, 2)
    const isThere = await Promise.all([...rows, other].map(async (row) => (await find(row)) !== undefined))
    expect(isThere).toEqual([false, false, true, true, true])
  })

  test('a session lives for a while after each use, and never past its end', async () => {
    const row = await addSession({ expiresAt: fixture.now + 3 * MINUTE_MS, livesUntil: fixture.now + MINUTE_MS })
    const useAt = (minutes: number) =>
      fixture.storage.noteSessionUse(new Map([[row.id, fixture.now + minutes * MINUTE_MS]]), MINUTE_MS)
    await useAt(1)
    expect(await find(row, fixture.now + 2 * MINUTE_MS - 1)).toMatchObject({ lastSeenAt: fixture.now + MINUTE_MS })
    await useAt(0)
    expect(await find(row, fixture.now + 2 * MINUTE_MS - 1)).toBeDefined()
    expect(await find(row, fixture.now + 2 * MINUTE_MS)).toBeUndefined()
    await useAt(2.5)
    expect(await find(row, fixture.now + 3 * MINUTE_MS - 1)).toBeDefined()
    expect(await find(row, fixture.now + 3 * MINUTE_MS)).toBeUndefined()
  })

  test('portal sessions that live are listed, newest first, of one workspace', async () => {
    const rows = [await addPortal(), await addPortal(), await addPortal({ livesUntil: fixture.now }), await addPortal()]
    await addSession()
    await addPortal({ workspaceId: await fixture.addWorkspace() })
    const page = (number: number) =>
      fixture.storage.listPortalSessions(fixture.workspaceId, fixture.now, { page: number, limit: 2 })
    expect(await page(1)).toEqual({ rows: [rows[3], rows[1]], total: 3 })
    expect(await page(2)).toEqual({ rows: [rows[0]], total: 3 })
  })

  test('one is ended once, by its workspace and kind only, and all portals of a workspace at once', async () => {
    const { storage, workspaceId } = fixture
    const [portal, session] = [await addPortal(), await addSession()]
    const before = await auditCount()
    const end = (row: Pick<SessionRow, 'workspaceId' | 'id' | 'kind'>) =>
      storage.endSession(row, fixture.context('portal_session.ended'))
    expect(await end({ ...portal, workspaceId: randomUUID() })).toBe(false)
    expect(await end({ ...session, kind: 'portal' })).toBe(false)
    expect(await end(portal)).toBe(true)
    expect(await end(portal)).toBe(false)
    expect(await auditCount()).toBe(before + 1)

    const theirs = await addPortal({ workspaceId: await fixture.addWorkspace() })
    const link = await addPortal()
    await storage.endPortalSessions(workspaceId, fixture.context('portal_session.all_ended'))
    expect(await use(link, 'late')).toBe(false)
    expect(await find(session)).toBeDefined()
    expect(await storage.findPortalLink([theirs.linkHash ?? ''], fixture.now)).toBeDefined()
  })

  test('what does not live any more is removed, in batches', async () => {
    for (let nth = 0; nth < 3; nth++) await addPortal({ livesUntil: fixture.now })
    const row = await addSession()
    expect(await fixture.storage.pruneSessions(fixture.now, 2)).toBe(2)
    expect(await fixture.storage.pruneSessions(fixture.now, 2)).toBe(1)
    expect(await fixture.storage.pruneSessions(fixture.now, 2)).toBe(0)
    expect(await find(row)).toBeDefined()
  })

  test('sessions are there after a restart', async () => {
    const row = await addSession()
    await fixture.reopen()
    expect(await find(row)).toEqual({ ...row, keyScopes: null })
  })
}
