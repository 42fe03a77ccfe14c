// Owns the rows of sessions. Knows hashes only, never a cookie or the token of a link.
// Must never find one whose API key was revoked, on whichever node: it is read with its key each time.
import type { WorkspaceScope } from '@timbre/contract/api-key.ts'
import { Refusal } from '@timbre/contract/errors.ts'
import type { Capability } from '@timbre/contract/portal-session.ts'
import type { Selectable } from 'kysely'
import type { FoundSession, Page, PageRequest, RecordStorage, SessionRow } from '../storage.ts'
import { change, insertAuditEntry } from './change.ts'
import { pageOf } from './lists.ts'
import type { Change, Database, SessionsTable } from './tables.ts'
import { lockWorkspace } from './workspaces.ts'

type SessionRecords = Pick<
  RecordStorage,
  | 'createPortalSession'
  | 'createSession'
  | 'findPortalLink'
  | 'usePortalLink'
  | 'findSession'
  | 'noteSessionUse'
  | 'listPortalSessions'
  | 'endSession'
  | 'endPortalSessions'
  | 'pruneSessions'
>

export function sessionRecords(db: Database): SessionRecords {
  return {
    createPortalSession: (row, limit, context) =>
      change(db, context, (tx) => insertPortalSession(tx, row, limit, context.now)),
    createSession: (row, limit, context) => change(db, context, (tx) => insertSession(tx, row, limit)),
    findPortalLink: (linkHashes, now) => findBy(db, 'linkHash', linkHashes, now),
    findSession: (hashes, now) => findBy(db, 'hash', hashes, now),

    usePortalLink: (used, context) =>
      db.transaction().execute(async (tx) => {
        const { workspaceId, id, linkHash, hash, livesUntil } = used
        const { now } = context
        const { numUpdatedRows } = await tx
          .updateTable('sessions')
          .set({ linkHash: null, hash, livesUntil, usedAt: now, lastSeenAt: now })
          .where('workspaceId', '=', workspaceId)
          .where('id', '=', id)
          .where('linkHash', '=', linkHash)
          .executeTakeFirstOrThrow()
        // Another request has followed the link, or the session was ended: what changes nothing leaves no audit entry.
        if (numUpdatedRows === 0n) return false
        await insertAuditEntry(tx, context)
        return true
      }),

    noteSessionUse: (uses, idleMs) => db.transaction().execute((tx) => noteUse(tx, uses, idleMs)),
    listPortalSessions: (workspaceId, now, request) => listPortalSessions(db, workspaceId, now, request),

    endSession: ({ workspaceId, id, kind }, context) =>
      db.transaction().execute(async (tx) => {
        const { numDeletedRows } = await tx
          .deleteFrom('sessions')
          .where('workspaceId', '=', workspaceId)
          .where('id', '=', id)
          .where('kind', '=', kind)
          .executeTakeFirstOrThrow()
        if (numDeletedRows === 0n) return false
        await insertAuditEntry(tx, context)
        return true
      }),

    endPortalSessions: (workspaceId, context) =>
      change(db, context, async (tx) => {
        await tx.deleteFrom('sessions').where('workspaceId', '=', workspaceId).where('kind', '=', 'portal').execute()
      }),

    async pruneSessions(now, limit) {
      const { numDeletedRows } = await db
        .deleteFrom('sessions')
        .where('id', 'in', (eb) =>
          eb.selectFrom('sessions').select('id').where('livesUntil', '<=', now).orderBy('livesUntil').limit(limit),
        )
        .executeTakeFirstOrThrow()
      return Number(numDeletedRows)
    },
  }
}

/** Those that were got with an API key, and the portal sessions that it made. */
export async function endSessionsOfKey(tx: Change, workspaceId: string, keyId: string): Promise<void> {
  await tx.deleteFrom('sessions').where('workspaceId', '=', workspaceId).where('createdBy', '=', keyId).execute()
}

async function insertPortalSession(tx: Change, row: SessionRow, limit: number, now: number): Promise<void> {
  await lockWorkspace(tx, row.workspaceId)
  const { count } = await tx
    .selectFrom('sessions')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('workspaceId', '=', row.workspaceId)
    .where('kind', '=', 'portal')
    .where('livesUntil', '>', now)
    .executeTakeFirstOrThrow()
  if (count >= limit) throw new Refusal('PORTAL_SESSION_LIMIT_REACHED', { limit })
  await insert(tx, row)
}

/** Nobody is kept from signing in: with one too many of a key the oldest ends. */
async function insertSession(tx: Change, row: SessionRow, limit: number): Promise<void> {
  const ofKey = tx
    .selectFrom('sessions')
    .select('id')
    .where('workspaceId', '=', row.workspaceId)
    .where('kind', '=', row.kind)
    .where('createdBy', '=', row.createdBy)
  const tooMany = ofKey
    .orderBy('createdAt', 'desc')
    .orderBy('id', 'desc')
    .offset(limit - 1)
    .limit(limit)
  await tx.deleteFrom('sessions').where('workspaceId', '=', row.workspaceId).where('id', 'in', tooMany).execute()
  await insert(tx, row)
}

async function insert(tx: Change, row: SessionRow): Promise<void> {
  const capabilities = row.capabilities === null ? null : JSON.stringify(row.capabilities)
  await tx
    .insertInto('sessions')
    .values({ ...row, capabilities })
    .execute()
}

async function findBy(
  db: Database,
  column: 'hash' | 'linkHash',
  hashes: readonly string[],
  now: number,
): Promise<FoundSession | undefined> {
  const row = await db
    .selectFrom('sessions')
    .leftJoin('apiKeys', (join) =>
      join
        .onRef('apiKeys.workspaceId', '=', 'sessions.workspaceId')
        .onRef('apiKeys.id', '=', 'sessions.createdBy')
        .on('apiKeys.revokedAt', 'is', null),
    )
    .selectAll('sessions')
    .select('apiKeys.scopes')
    .where(`sessions.${column}`, 'in', [...hashes])
    .where('sessions.livesUntil', '>', now)
    .where((eb) => eb.or([eb('sessions.createdBy', '=', 'admin'), eb('apiKeys.id', 'is not', null)]))
    .executeTakeFirst()
  if (row === undefined) return undefined
  const { scopes, ...session } = row
  // Written by insertApiKey from the same type.
  return { ...readSession(session), keyScopes: scopes === null ? null : (JSON.parse(scopes) as WorkspaceScope[]) }
}

async function noteUse(tx: Change, uses: ReadonlyMap<string, number>, idleMs: number): Promise<void> {
  for (const [id, usedAt] of uses) {
    const idleAt = usedAt + idleMs
    await tx
      .updateTable('sessions')
      .set(({ eb }) => ({
        lastSeenAt: usedAt,
        livesUntil: eb.case().when('expiresAt', '<', idleAt).then(eb.ref('expiresAt')).else(eb.val(idleAt)).end(),
      }))
      .where('id', '=', id)
      .where('lastSeenAt', '<', usedAt)
      .execute()
  }
}

async function listPortalSessions(
  db: Database,
  workspaceId: string,
  now: number,
  request: PageRequest,
): Promise<Page<SessionRow>> {
  const sessions = db
    .selectFrom('sessions')
    .where('workspaceId', '=', workspaceId)
    .where('kind', '=', 'portal')
    .where('livesUntil', '>', now)
  return pageOf(sessions, request, readSession)
}

function readSession(row: Selectable<SessionsTable>): SessionRow {
  // Written by insert from the same type.
  return { ...row, capabilities: row.capabilities === null ? null : (JSON.parse(row.capabilities) as Capability[]) }
}
