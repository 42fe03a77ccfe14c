// Owns who may call a route: key, workspace, scope, in this order: 401, then 400, then 403 (CONTRACT §1).
// Must never tell whether another workspace exists, and never compare a key other than by its hash.
import { hash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { type Scope, WORKSPACE_SCOPES } from '@timbre/contract/api-key.ts'
import { Refusal } from '@timbre/contract/errors.ts'
import { parseId } from '@timbre/contract/ids.ts'
import type { Capability } from '@timbre/contract/portal-session.ts'
import type { Route } from '@timbre/contract/routes.ts'
import type { Storage } from '../../storage/storage.ts'
import { namedWorkspace } from '../http/request-head.ts'
import type { ApiKeyCache, KnownKey } from './api-key-cache.ts'
import { type Caller, INSTANCE, isOpenTo } from './caller.ts'
import type { LastUse } from './last-use.ts'

export interface AuthenticatorDependencies {
  readonly keys: ApiKeyCache
  readonly keyUse: Pick<LastUse, 'note'>
  readonly storage: Pick<Storage, 'findWorkspace'>
  /** SHA-256 in hex. */
  readonly adminKeyHashes: readonly string[]
}

/** `any`: whoever has a key may enter, and what it may do is asked of each route behind it. */
export type ScopedRoute = Pick<Route, 'method' | 'path' | 'capability'> & { readonly scope: Scope | 'any' }

/** A portal session, and what it may do. */
export interface PortalHolder {
  readonly sessionId: string
  readonly workspaceId: string
  readonly capabilities: ReadonlySet<Capability>
}

/** Whose credential it is: the admin's, that of a key of a workspace, or that of a portal session. */
export type KeyHolder = 'admin' | KnownKey | PortalHolder

const NO_SCOPES: ReadonlySet<Scope> = new Set()
const ADMIN_SCOPES: ReadonlySet<Scope> = new Set<Scope>([...WORKSPACE_SCOPES, 'admin'])
// Longer ones are no key of ours; hashing them is the caller's work for nothing.
const KEY_LENGTH_MAX = 512

export class Authenticator {
  readonly #keys: ApiKeyCache
  readonly #keyUse: Pick<LastUse, 'note'>
  readonly #storage: Pick<Storage, 'findWorkspace'>
  readonly #adminHashes: readonly Buffer[]

  constructor({ keys, keyUse, storage, adminKeyHashes }: AuthenticatorDependencies) {
    this.#keys = keys
    this.#keyUse = keyUse
    this.#storage = storage
    this.#adminHashes = adminKeyHashes.map((one) => Buffer.from(one))
  }

  /** The SHA-256, in hex, of the key that a request carries. Throws API_KEY_REQUIRED, API_KEY_WITHOUT_BEARER, API_KEYS_DIFFER, API_KEY_INVALID. */
  keyHash(headers: IncomingHttpHeaders): string {
    return hash('sha256', givenKey(headers), 'hex')
  }

  /** Whose key it is, as far as that is known without asking the store. */
  findKnown(keyHash: string): KeyHolder | undefined {
    // The admin key is never looked up, and so never among the known ones.
    return this.#keys.findKnown(keyHash) ?? (this.#isAdmin(keyHash) ? 'admin' : undefined)
  }

  /** Asks the store whose key it is; undefined: it is unknown or revoked. */
  find(keyHash: string): Promise<KeyHolder | undefined> {
    return this.#keys.find(keyHash)
  }

  /**
   * The caller of a route that has a scope; at once, but for the admin key. Throws or rejects with WORKSPACE_REQUIRED,
   * WORKSPACE_FORBIDDEN, WORKSPACE_NOT_FOUND (admin key only), SCOPE_MISSING, CAPABILITY_MISSING, CLOSED_TO_PORTALS.
   * @param own the workspace of a session, which need not be named
   */
  authorize(
    holder: KeyHolder,
    headers: IncomingHttpHeaders,
    route: ScopedRoute,
    own?: string,
  ): Caller | Promise<Caller> {
    const workspaceId = workspaceOf(headers, route, own)
    if (holder === 'admin') return this.#admin(workspaceId)
    if (workspaceId !== INSTANCE && workspaceId !== holder.workspaceId) throw new Refusal('WORKSPACE_FORBIDDEN')
    return 'capabilities' in holder ? portalCaller(holder, route) : this.#keyHolder(holder, workspaceId, route)
  }

  #isAdmin(keyHash: string): boolean {
    const given = Buffer.from(keyHash)
    return this.#adminHashes.some((one) => given.length === one.length && timingSafeEqual(given, one))
  }

  #keyHolder(key: KnownKey, workspaceId: string, route: ScopedRoute): Caller {
    const { scope } = route
    if (scope !== 'any' && !key.scopes.has(scope)) throw new Refusal('SCOPE_MISSING', { scope })
    this.#keyUse.note(key.id)
    return { actor: key.id, isAdmin: false, scopes: key.scopes, capabilities: null, workspaceId }
  }

  async #admin(workspaceId: string): Promise<Caller> {
    if (workspaceId !== INSTANCE && (await this.#storage.findWorkspace(workspaceId)) === undefined) {
      throw new Refusal('WORKSPACE_NOT_FOUND', { id: workspaceId })
    }
    return { actor: 'admin', isAdmin: true, scopes: ADMIN_SCOPES, capabilities: null, workspaceId }
  }
}

/** In its own workspace, whatever the route: there is none at instance level that is open to it. */
function portalCaller({ sessionId, workspaceId, capabilities }: PortalHolder, route: ScopedRoute): Caller {
  const caller = { actor: sessionId, isAdmin: false, scopes: NO_SCOPES, capabilities, workspaceId }
  if (isOpenTo(caller, route)) return caller
  const { capability } = route
  throw capability === null ? new Refusal('CLOSED_TO_PORTALS') : new Refusal('CAPABILITY_MISSING', { capability })
}

function workspaceOf(headers: IncomingHttpHeaders, { scope }: ScopedRoute, own: string | undefined): string {
  if (scope === 'admin') return INSTANCE
  const { 'x-workspace-id': named, 'workspace-id': alias } = headers
  return own !== undefined && named === undefined && alias === undefined ? own : givenWorkspace(headers)
}

function givenKey(headers: IncomingHttpHeaders): string {
  const bearer = /^Bearer +(\S.*)$/i.exec(headers.authorization ?? '')?.[1]?.trim()
  const single = headers['x-api-key']
  const apiKey = typeof single === 'string' && single !== '' ? single : undefined
  if (bearer !== undefined && apiKey !== undefined && bearer !== apiKey) throw new Refusal('API_KEYS_DIFFER')
  const key = bearer ?? apiKey
  if (key === undefined) throw new Refusal(headers.authorization ? 'API_KEY_WITHOUT_BEARER' : 'API_KEY_REQUIRED')
  if (key.length > KEY_LENGTH_MAX) throw new Refusal('API_KEY_INVALID')
  return key
}

function givenWorkspace(headers: IncomingHttpHeaders): string {
  const { 'x-workspace-id': named, 'workspace-id': alias } = headers
  const id = namedWorkspace(headers)
  // The nil UUID stands for the instance; no workspace has it.
  const isNone = id === undefined || id === INSTANCE
  const differs = named !== undefined && alias !== undefined && parseId('workspace', String(alias)) !== id
  if (isNone || differs) throw new Refusal('WORKSPACE_REQUIRED')
  return id
}
