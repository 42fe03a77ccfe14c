// Owns `timbre keys`: for whoever has the database and the master key, and has lost the keys that were shown once. Works beside the
// servers, and without them.
import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import {
  API_KEYS_PER_WORKSPACE_MAX,
  KEY_PREFIXES,
  keyPreview,
  WORKSPACE_SCOPES,
  type WorkspaceScope,
} from '@timbre/contract/api-key.ts'
import { derivedAdminKey, keyHash } from '@timbre/server/bootstrap.ts'
import { readConfig, SettingError } from '@timbre/server/config.ts'
import { systemClock } from '@timbre/server/platform/clock.ts'
import { readMasterKeys } from '@timbre/server/platform/master-key.ts'
import { SystemRandom } from '@timbre/server/platform/random.ts'
import type { Records } from '@timbre/server/storage/queries/records.ts'
import type { ApiKeyRow, ChangeContext, WorkspaceRow } from '@timbre/server/storage/storage.ts'
import { Option } from 'commander'
import { colours } from '../frame/colours.ts'
import { TimbreCommand } from '../frame/timbre-command.ts'
import { openBeside } from './open-beside.ts'

interface OfWorkspace {
  readonly workspace?: string
}

interface NewKey extends OfWorkspace {
  readonly name: string
  readonly scopes?: readonly string[]
}

const PAGE_LIMIT = 100
const WORKSPACE = '--workspace <id>'

export function keysCommand(): TimbreCommand {
  const keys = new TimbreCommand('keys').description(
    'List, make and revoke API keys, and show the admin key; servers may be running, and notice within a second',
  )
  keys
    .command('list')
    .description('API keys of all workspaces, or of one: id, preview, name, last use')
    .option(WORKSPACE, 'of this workspace only')
    .example('timbre keys list')
    .action((options: OfWorkspace) => withStorage((storage) => list(storage, options)))
  keys
    .command('create')
    .description('Make an API key and show it, once')
    .option(WORKSPACE, 'of this workspace; needed when there are several')
    .option('--name <name>', 'what it is for', 'Made by timbre keys')
    .addOption(new Option('--scopes <scope...>', 'absent: all of a workspace').choices([...WORKSPACE_SCOPES]))
    .example('timbre keys create --name laptop --scopes webhooks:read events:read')
    .action((options: NewKey) => withStorage((storage) => create(storage, options)))
  keys
    .command('revoke')
    .description('Revoke the API key with this id')
    .argument('<id>', 'as `timbre keys list` shows it')
    .example('timbre keys revoke 01990f2e-5400-7b31-9c4d-2f6a8e1b0c3d')
    .action((id: string) => withStorage((storage) => revoke(storage, id)))
  keys
    .command('admin')
    .description('Show the admin key where none is set: it is derived from the master key')
    .example('timbre keys admin')
    .action(showAdminKey)
  return keys
}

async function withStorage(work: (storage: Records) => Promise<void>): Promise<void> {
  const { storage, close } = await openBeside(readConfig(undefined, []))
  try {
    await work(storage)
  } finally {
    await close()
  }
}

async function list(storage: Records, { workspace }: OfWorkspace): Promise<void> {
  const workspaces = (await workspacesOf(storage)).filter(({ id }) => workspace === undefined || id === workspace)
  if (workspaces.length === 0) throw noWorkspace(workspace)
  for (const { id, name } of workspaces) {
    process.stdout.write(`${colours.bold(id)}  ${name}\n`)
    for (const key of await keysOf(storage, id)) process.stdout.write(`  ${lineOf(key)}\n`)
  }
}

function lineOf({ id, preview, name, lastUsedAt, revokedAt }: ApiKeyRow): string {
  const time = (at: number) => new Date(at).toISOString()
  const used = lastUsedAt === null ? 'never used' : `last used ${time(lastUsedAt)}`
  return [id, preview, name, revokedAt === null ? used : `revoked ${time(revokedAt)}`].join('  ')
}

async function create(storage: Records, { workspace, name, scopes = WORKSPACE_SCOPES }: NewKey): Promise<void> {
  const workspaceId = await oneWorkspace(storage, workspace)
  const random = new SystemRandom()
  const now = systemClock.now()
  const key = KEY_PREFIXES.production + Buffer.from(random.bytes(24)).toString('hex')
  const row: ApiKeyRow = {
    id: random.uuid(now),
    workspaceId,
    name,
    // The option takes no other words.
    scopes: scopes as readonly WorkspaceScope[],
    environment: 'production',
    hash: keyHash(key),
    preview: keyPreview(key),
    createdAt: now,
    lastUsedAt: null,
    revokedAt: null,
  }
  await storage.createApiKey(row, API_KEYS_PER_WORKSPACE_MAX, change('api_key.created', workspaceId, row.id))
  process.stdout.write(`workspace  ${workspaceId}\nAPI key    ${key}\nIt is not shown again. Its id is ${row.id}.\n`)
}

async function revoke(storage: Records, id: string): Promise<void> {
  for (const workspace of await workspacesOf(storage)) {
    const key = (await keysOf(storage, workspace.id)).find((one) => one.id === id)
    if (key === undefined) continue
    await storage.revokeApiKey(workspace.id, id, change('api_key.revoked', workspace.id, id))
    return void process.stdout.write(`${colours.green('Revoked')}: ${key.preview} of ${workspace.name}.\n`)
  }
  throw new SettingError(`There is no API key with the id ${id}. "timbre keys list" shows all.`)
}

function showAdminKey(): void {
  const { adminKey, masterKey, masterKeyPrevious, dataDir } = readConfig(undefined, [])
  if (adminKey !== null) throw new SettingError('TIMBRE_ADMIN_KEY is set: that is the admin key.')
  const source = { text: masterKey, previousText: masterKeyPrevious, dataDir: resolve(dataDir) }
  const { current } = readMasterKeys(source)
  if (current === null) throw new SettingError('There is no master key here. Check TIMBRE_DATA_DIR.')
  process.stdout.write(`${derivedAdminKey(current)}\n`)
}

async function oneWorkspace(storage: Records, wanted: string | undefined): Promise<string> {
  const workspaces = await workspacesOf(storage)
  if (wanted !== undefined) {
    if (workspaces.some(({ id }) => id === wanted)) return wanted
    throw noWorkspace(wanted)
  }
  const [first, ...others] = workspaces
  if (first === undefined) throw noWorkspace(undefined)
  if (others.length === 0) return first.id
  throw new SettingError(
    `There are ${workspaces.length} workspaces. Name one with --workspace; "timbre keys list" shows them.`,
  )
}

function noWorkspace(id: string | undefined): SettingError {
  return new SettingError(
    id === undefined ? 'There is no workspace yet. Start the server first.' : `There is no workspace ${id}.`,
  )
}

async function workspacesOf(storage: Records): Promise<WorkspaceRow[]> {
  return everyPage((page) => storage.listWorkspaces({ page, limit: PAGE_LIMIT }))
}

function keysOf(storage: Records, workspaceId: string): Promise<ApiKeyRow[]> {
  return everyPage((page) => storage.listApiKeys(workspaceId, { page, limit: PAGE_LIMIT }))
}

async function everyPage<T>(read: (page: number) => Promise<{ readonly rows: readonly T[]; readonly total: number }>) {
  const all: T[] = []
  for (let page = 1; ; page++) {
    const { rows, total } = await read(page)
    all.push(...rows)
    if (rows.length === 0 || all.length >= total) return all
  }
}

function change(action: 'api_key.created' | 'api_key.revoked', workspaceId: string, targetId: string): ChangeContext {
  const note = { id: randomUUID(), actor: 'service', targetId, changedFields: [], remoteAddress: null }
  return { now: systemClock.now(), audit: { ...note, workspaceId, action } }
}
