// Owns the first start: the workspace and the API key without which nobody could call (DESIGN §6).
import { createHash, hkdfSync } from 'node:crypto'
import { KEY_PREFIXES, keyPreview, WORKSPACE_SCOPES } from '@timbre/contract/api-key.ts'
import type { AuditAction } from '@timbre/contract/audit-entry.ts'
import type { Config } from './config.ts'
import type { Clock } from './platform/clock.ts'
import type { FirstKeys, FirstStartFile } from './platform/first-start-file.ts'
import type { Random } from './platform/random.ts'
import type { ChangeContext, Storage } from './storage/storage.ts'

export interface BootstrapDependencies {
  readonly storage: Pick<Storage, 'hasWorkspaces' | 'findWorkspace' | 'createWorkspace' | 'findApiKey' | 'createApiKey'>
  readonly firstStart: Pick<FirstStartFile, 'read' | 'write'>
  readonly clock: Clock
  readonly random: Random
}

const KEYS_MAX = Number.MAX_SAFE_INTEGER

/**
 * Makes the workspace and key that the settings name, if they are not there; without such settings and without any
 * workspace, makes the first of both.
 * @returns what was made and is to be shown once, else undefined; after a start that died before it showed them, the same again
 */
export async function bootstrap(dependencies: BootstrapDependencies, config: Config): Promise<FirstKeys | undefined> {
  if (config.bootstrap !== null) {
    const { workspaceId, apiKey } = config.bootstrap
    await ensureWorkspace(dependencies, workspaceId)
    if (apiKey !== null) await ensureKey(dependencies, workspaceId, apiKey)
    return undefined
  }
  const first = dependencies.firstStart.read() ?? (await newKeys(dependencies))
  if (first === undefined) return undefined
  await ensureWorkspace(dependencies, first.workspaceId)
  await ensureKey(dependencies, first.workspaceId, first.apiKey)
  return first
}

/** Kept before they are made, so that they are not lost between being made and being shown. */
async function newKeys({ storage, clock, random, firstStart }: BootstrapDependencies): Promise<FirstKeys | undefined> {
  if (await storage.hasWorkspaces()) return undefined
  const apiKey = KEY_PREFIXES.production + Buffer.from(random.bytes(24)).toString('hex')
  const keys = { workspaceId: random.uuid(clock.now()), apiKey }
  firstStart.write(keys)
  return keys
}

/**
 * The admin key where none is set: derived from the master key (HKDF, RFC 5869), so that it need not be stored, is the
 * same on every node, and is known only to who could decrypt everything anyway.
 */
export function derivedAdminKey(masterKey: Uint8Array): string {
  return `sk_admin_${Buffer.from(hkdfSync('sha256', masterKey, '', 'timbre admin key', 24)).toString('hex')}`
}

/** How a key is looked up and compared: SHA-256 in hex. Keys are random, so a slow hash would add nothing. */
export function keyHash(key: string): string {
  return createHash('sha256').update(key).digest('hex')
}

async function ensureWorkspace(dependencies: BootstrapDependencies, id: string): Promise<void> {
  const { storage, clock } = dependencies
  if ((await storage.findWorkspace(id)) !== undefined) return
  const row = { id, name: 'Default', retentionDays: null, createdAt: clock.now() }
  await storage
    .createWorkspace(row, change(dependencies, 'workspace.created', id, id))
    .catch(async (error: unknown) => {
      // Another node that starts at the same moment may have made it.
      if ((await storage.findWorkspace(id)) === undefined) throw error
    })
}

async function ensureKey(dependencies: BootstrapDependencies, workspaceId: string, key: string): Promise<void> {
  const { storage, clock, random } = dependencies
  const hash = keyHash(key)
  if ((await storage.findApiKey(hash)) !== undefined) return
  const id = random.uuid(clock.now())
  const row = {
    id,
    workspaceId,
    name: 'First key',
    scopes: WORKSPACE_SCOPES,
    environment: 'production',
    hash,
    preview: keyPreview(key),
    createdAt: clock.now(),
    lastUsedAt: null,
    revokedAt: null,
  } as const
  await storage
    .createApiKey(row, KEYS_MAX, change(dependencies, 'api_key.created', id, workspaceId))
    .catch(async (error: unknown) => {
      if ((await storage.findApiKey(hash)) === undefined) throw error
    })
}

function change(
  { clock, random }: BootstrapDependencies,
  action: AuditAction,
  targetId: string,
  workspaceId: string,
): ChangeContext {
  const now = clock.now()
  const audit = {
    id: random.uuid(now),
    workspaceId,
    action,
    actor: 'service',
    targetId,
    changedFields: [],
    remoteAddress: null,
  }
  return { now, audit }
}
