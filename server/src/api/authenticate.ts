// Owns who may call a route: key, workspace, scope, in this order: 401, then 400, then 403 (CONTRACT §1).
// Must never tell whether another workspace exists, and never compare a key other than by its hash.
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { type Scope, WORKSPACE_SCOPES } from '@timbre/contract/api-key.ts'
import { Refusal } from '@timbre/contract/errors.ts'
import { parseId } from '@timbre/contract/ids.ts'
import { isWorkspaceRoute, type Route } from '@timbre/contract/routes.ts'
import type { ApiKeyRow, Storage } from '../storage/storage.ts'
import type { ApiKeyCache } from './api-key-cache.ts'
import { type Caller, INSTANCE } from './caller.ts'
import type { KeyUse } from './key-use.ts'

export interface AuthenticatorDependencies {
  readonly keys: ApiKeyCache
  readonly keyUse: KeyUse
  readonly storage: Pick<Storage, 'findWorkspace'>
  /** SHA-256 in hex. */
  readonly adminKeyHash: string
}

const ADMIN_SCOPES: ReadonlySet<Scope> = new Set<Scope>([...WORKSPACE_SCOPES, 'admin'])
// Longer ones are no key of ours; hashing them is the caller's work for nothing.
const KEY_LENGTH_MAX = 512

export class Authenticator {
  readonly #keys: ApiKeyCache
  readonly #keyUse: KeyUse
  readonly #storage: Pick<Storage, 'findWorkspace'>
  readonly #adminHash: Buffer

  constructor({ keys, keyUse, storage, adminKeyHash }: AuthenticatorDependencies) {
    this.#keys = keys
    this.#keyUse = keyUse
    this.#storage = storage
    this.#adminHash = Buffer.from(adminKeyHash, 'hex')
  }

  /**
   * The caller of a route that has a scope. Throws API_KEY_REQUIRED, API_KEYS_DIFFER, API_KEY_INVALID,
   * WORKSPACE_REQUIRED, WORKSPACE_FORBIDDEN, WORKSPACE_NOT_FOUND (admin key only), SCOPE_MISSING.
   */
  async authenticate(headers: IncomingHttpHeaders, route: Route & { readonly scope: Scope }): Promise<Caller> {
    const hash = createHash('sha256').update(givenKey(headers)).digest()
    const isAdmin = hash.length === this.#adminHash.length && timingSafeEqual(hash, this.#adminHash)
    const key = isAdmin ? undefined : await this.#findKey(hash.toString('hex'))
    const workspaceId = isWorkspaceRoute(route) ? givenWorkspace(headers) : INSTANCE
    const caller = key === undefined ? await this.#admin(workspaceId) : keyHolder(key, workspaceId)
    if (!caller.scopes.has(route.scope)) throw new Refusal('SCOPE_MISSING', { scope: route.scope })
    if (key !== undefined) this.#keyUse.note(key.id)
    return caller
  }

  async #findKey(hash: string): Promise<ApiKeyRow> {
    const key = await this.#keys.find(hash)
    if (key === undefined) throw new Refusal('API_KEY_INVALID')
    return key
  }

  async #admin(workspaceId: string): Promise<Caller> {
    if (workspaceId !== INSTANCE && (await this.#storage.findWorkspace(workspaceId)) === undefined) {
      throw new Refusal('WORKSPACE_NOT_FOUND', { id: workspaceId })
    }
    return { actor: 'admin', isAdmin: true, scopes: ADMIN_SCOPES, workspaceId }
  }
}

function keyHolder(key: ApiKeyRow, workspaceId: string): Caller {
  if (workspaceId !== INSTANCE && workspaceId !== key.workspaceId) throw new Refusal('WORKSPACE_FORBIDDEN')
  return { actor: key.id, isAdmin: false, scopes: new Set<Scope>(key.scopes), workspaceId }
}

function givenKey(headers: IncomingHttpHeaders): string {
  const bearer = /^Bearer +(\S.*)$/i.exec(headers.authorization ?? '')?.[1]?.trim()
  const single = headers['x-api-key']
  const apiKey = typeof single === 'string' && single !== '' ? single : undefined
  if (bearer !== undefined && apiKey !== undefined && bearer !== apiKey) throw new Refusal('API_KEYS_DIFFER')
  const key = bearer ?? apiKey
  if (key === undefined) throw new Refusal('API_KEY_REQUIRED')
  if (key.length > KEY_LENGTH_MAX) throw new Refusal('API_KEY_INVALID')
  return key
}

function givenWorkspace(headers: IncomingHttpHeaders): string {
  const ids = [headers['x-workspace-id'], headers['workspace-id']]
    .filter((value) => value !== undefined)
    .map((value) => parseId('workspace', String(value)))
  const [id] = ids
  // The nil UUID stands for the instance; no workspace has it.
  if (id === undefined || id === INSTANCE || ids.some((other) => other !== id)) throw new Refusal('WORKSPACE_REQUIRED')
  return id
}
