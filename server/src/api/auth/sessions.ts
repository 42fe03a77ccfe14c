// Owns sessions of browsers: beginning, finding and ending them, each with its audit entry.
// Must never keep one in memory: one that was ended, here or on another node, is not found by the next request.
import { SESSION_IDLE_SECONDS, SESSION_SECONDS, SESSIONS_PER_KEY_MAX } from '@timbre/contract/session.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Random } from '../../platform/random.ts'
import type { ChangeContext, FoundSession, SessionRow, Storage } from '../../storage/storage.ts'
import type { KnownKey } from './api-key-cache.ts'
import type { KeyHolder } from './authenticate.ts'
import { INSTANCE } from './caller.ts'
import type { LastUse } from './last-use.ts'
import { newToken, tokenHash } from './session-token.ts'

const IDLE_MS = SESSION_IDLE_SECONDS * 1000

export interface SessionsDependencies {
  readonly storage: Pick<
    Storage,
    'createSession' | 'findSession' | 'findPortalLink' | 'usePortalLink' | 'endSession' | 'noteSessionUse'
  >
  readonly clock: Clock
  readonly random: Random
  readonly adminKeyHashes: readonly string[]
  readonly lastUse: Pick<LastUse, 'note'>
}

/** A session with the token that only its browser has. */
export interface BegunSession {
  readonly token: string
  readonly row: FoundSession
}

/** Makes the context of a change to a session. */
export type SessionChange = (
  action: 'session.created' | 'session.ended' | 'portal_session.used',
  row: SessionRow,
) => ChangeContext

export class Sessions {
  readonly #dependencies: SessionsDependencies

  constructor(dependencies: SessionsDependencies) {
    this.#dependencies = dependencies
  }

  /** The live session of a cookie. Notes that it was used. */
  async find(token: string): Promise<FoundSession | undefined> {
    const { storage, clock, lastUse } = this.#dependencies
    const row = await storage.findSession(this.#hashesOf(token), clock.now())
    if (row !== undefined) lastUse.note(row.id)
    return row
  }

  /** @param adminKeyHash of the admin key that was shown; undefined: the key is that of a workspace */
  async begin(holder: 'admin' | KnownKey, adminKeyHash: string, change: SessionChange): Promise<BegunSession> {
    const { storage, clock, random } = this.#dependencies
    const now = clock.now()
    const token = newToken(random)
    const isOperator = holder === 'admin'
    const row: SessionRow = {
      workspaceId: isOperator ? INSTANCE : holder.workspaceId,
      id: random.uuid(now),
      kind: isOperator ? 'operator' : 'key',
      linkHash: null,
      hash: tokenHash(token, isOperator ? adminKeyHash : ''),
      capabilities: null,
      locale: null,
      theme: null,
      createdBy: isOperator ? 'admin' : holder.id,
      createdAt: now,
      usedAt: now,
      lastSeenAt: now,
      expiresAt: now + SESSION_SECONDS * 1000,
      livesUntil: now + IDLE_MS,
    }
    await storage.createSession(row, SESSIONS_PER_KEY_MAX, change('session.created', row))
    const keyScopes = isOperator ? null : [...holder.scopes].filter((scope) => scope !== 'admin')
    return { token, row: { ...row, keyScopes } }
  }

  /** Follows the link of a portal session; undefined: it was followed before, has expired or never was. */
  async follow(portalToken: string, change: SessionChange): Promise<BegunSession | undefined> {
    const { storage, clock, random } = this.#dependencies
    const now = clock.now()
    const found = await storage.findPortalLink(this.#hashesOf(portalToken), now)
    if (found === undefined || found.linkHash === null) return undefined
    const token = newToken(random)
    const used = {
      workspaceId: found.workspaceId,
      id: found.id,
      linkHash: found.linkHash,
      hash: tokenHash(token, this.adminKeyHashOf(found)),
      livesUntil: Math.min(now + IDLE_MS, found.expiresAt),
    }
    if (!(await storage.usePortalLink(used, change('portal_session.used', found)))) return undefined
    return { token, row: { ...found, linkHash: null, hash: used.hash, livesUntil: used.livesUntil, usedAt: now } }
  }

  async end(row: SessionRow, change: SessionChange): Promise<void> {
    await this.#dependencies.storage.endSession(row, change('session.ended', row))
  }

  /** What the token of a link or a cookie is bound to, beside its row; empty: nothing. */
  adminKeyHashOf({ createdBy }: Pick<SessionRow, 'createdBy'>): string {
    return createdBy === 'admin' ? (this.#dependencies.adminKeyHashes[0] ?? '') : ''
  }

  /** As it may lie in the store, whatever it was got with. */
  #hashesOf(token: string): string[] {
    return ['', ...this.#dependencies.adminKeyHashes].map((adminKeyHash) => tokenHash(token, adminKeyHash))
  }
}

/** Whose requests those of a session are. */
export function holderOf({ id, kind, workspaceId, createdBy, capabilities, keyScopes }: FoundSession): KeyHolder {
  if (kind === 'operator') return 'admin'
  if (kind === 'portal') return { sessionId: id, workspaceId, capabilities: new Set(capabilities) }
  return { id: createdBy, workspaceId, scopes: new Set(keyScopes) }
}
