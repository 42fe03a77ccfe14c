// Owns what happens at /v1/sources. Where a provider posts to is `http/source-door.ts`.
import { Refusal } from '@timbre/contract/errors.ts'
import { parseId } from '@timbre/contract/ids.ts'
import { secretPreview } from '@timbre/contract/signature.ts'
import { RECENT_SIGNALS_MAX, SOURCES_PER_WORKSPACE_MAX, type SourceUpdate } from '@timbre/contract/source.ts'
import { OVERLAP_HOURS_DEFAULT } from '@timbre/contract/webhook.ts'
import {
  openSecrets,
  previousUntil,
  rotated,
  type SourceSecrets,
  sealSecrets,
  withoutEnded,
} from '../../sources/source-secrets.ts'
import { readSetup, type SourceSetup, writeSetup } from '../../sources/source-setup.ts'
import { newToken } from '../../sources/source-token.ts'
import type { SourceChange, SourceRow } from '../../storage/storage.ts'
import type { Api } from '../api.ts'
import { pageRequest, presentPage } from '../present/present-page.ts'
import { presentSignal } from '../present/present-signal.ts'
import { presentRefusedRequest, presentSource } from '../present/present-source.ts'
import { knownId } from '../validation/known-id.ts'
import type { Call, Handlers } from './call.ts'
import { changeContext } from './change-context.ts'
import { findSource } from './find-source.ts'

type SourceRoutes =
  | 'createSource'
  | 'listSources'
  | 'getSource'
  | 'updateSource'
  | 'deleteSource'
  | 'listRefusedRequests'
  | 'listSignals'

const HOUR_MS = 3_600_000

export function sourceHandlers(api: Api): Pick<Handlers, SourceRoutes> {
  return {
    createSource: (call) => createSource(api, call),
    async listSources({ caller, query }) {
      const request = pageRequest(query)
      const page = await api.storage.listSources(caller.workspaceId, request)
      const ids = page.rows.map(({ id }) => id)
      const last = await api.storage.lastSignals(caller.workspaceId, ids)
      const now = api.clock.now()
      return presentPage(request, page, (row) => presentSource(row, last.get(row.id), now))
    },
    getSource: async ({ caller, params }) => present(api, await findSource(api, caller, params.sourceId)),
    updateSource: (call) => updateSource(api, call),
    async deleteSource(call) {
      const id = knownId('source', call.params.sourceId)
      const change = { now: api.clock.now(), action: 'source.deleted', targetId: id } as const
      await api.storage.deleteSource(call.caller.workspaceId, id, changeContext(api, call, change))
      api.sourceBook.forgetAll()
      return undefined
    },
    async listRefusedRequests({ caller, params, language }) {
      const { workspaceId, id } = await findSource(api, caller, params.sourceId)
      const rows = await api.storage.listRefusedRequests(workspaceId, id)
      return { data: rows.map((row) => presentRefusedRequest(row, language)) }
    },
    async listSignals({ caller, params }) {
      const { workspaceId, id } = await findSource(api, caller, params.sourceId)
      const rows = await api.storage.listSignalsOfSource(workspaceId, id, RECENT_SIGNALS_MAX)
      return { data: rows.map(presentSignal) }
    },
  }
}

async function present({ storage, clock }: Api, row: SourceRow) {
  const last = await storage.lastSignals(row.workspaceId, [row.id])
  return presentSource(row, last.get(row.id), clock.now())
}

async function createSource(api: Api, call: Call<'createSource'>) {
  const { name, kind, secret, apiKey = null } = call.body
  const { workspaceId } = call.caller
  const now = api.clock.now()
  const key = { workspaceId, id: api.random.uuid(now) }
  const row: SourceRow = {
    ...key,
    name,
    kind,
    token: newToken(api.random, workspaceId),
    sealed: sealSecrets(api.vault, key, { secret, previous: [], apiKey }),
    secretPreview: secretPreview(secret),
    previousSecretExpiresAt: null,
    hasApiKey: apiKey !== null,
    setup: writeSetup(setupOf({ publicUrl: null, agentMap: {}, verification: null, fields: null }, call.body)),
    version: 1,
    createdAt: now,
    updatedAt: now,
  }
  const response = presentSource(row, undefined, now)
  const changedFields = Object.keys(call.body)
  const change = { now, action: 'source.created', targetId: row.id, changedFields, response } as const
  await api.storage.createSource(row, SOURCES_PER_WORKSPACE_MAX, changeContext(api, call, change))
  return response
}

/** Whoever comes second begins again from what the first one wrote. */
async function updateSource(api: Api, call: Call<'updateSource'>) {
  for (;;) {
    const row = await findSource(api, call.caller, call.params.sourceId)
    const changedFields = Object.keys(call.body)
    if (changedFields.length === 0) return present(api, row)
    const now = api.clock.now()
    const change = { now, action: 'source.updated', targetId: row.id, changedFields } as const
    const context = changeContext(api, call, change)
    const { workspaceId, id, version } = row
    const updated = await api.storage.updateSource(
      workspaceId,
      id,
      version,
      changeOf(api, row, call.body, now),
      context,
    )
    if (updated === undefined) continue
    api.sourceBook.forgetAll()
    return present(api, updated)
  }
}

function changeOf({ vault }: Api, row: SourceRow, body: SourceUpdate, now: number): SourceChange {
  const { name, secret, overlapHours = OVERLAP_HOURS_DEFAULT, apiKey } = body
  const before = withoutEnded(openSecrets(vault, row), now)
  const turned = secret === undefined ? before : rotated(before, secret, now + overlapHours * HOUR_MS, now)
  const secrets: SourceSecrets = apiKey === undefined ? turned : { ...turned, apiKey }
  return {
    ...(name === undefined ? {} : { name }),
    sealed: sealSecrets(vault, row, secrets),
    secretPreview: secretPreview(secrets.secret),
    previousSecretExpiresAt: previousUntil(secrets, now),
    hasApiKey: secrets.apiKey !== null,
    setup: writeSetup(setupOf(readSetup(row.setup), body)),
  }
}

function setupOf(before: SourceSetup, body: Pick<SourceUpdate, keyof SourceSetup>): SourceSetup {
  const { publicUrl = before.publicUrl, agentMap, verification = before.verification, fields = before.fields } = body
  refusePublicUrl(publicUrl)
  return { publicUrl, agentMap: agentMap === undefined ? before.agentMap : knownAgents(agentMap), verification, fields }
}

function knownAgents(agentMap: Readonly<Record<string, string>>): Record<string, string> {
  // Validated by the schema: each is an id of an agent in one of its spellings.
  return Object.fromEntries(Object.entries(agentMap).map(([name, id]) => [name, parseId('agent', id) ?? id]))
}

function refusePublicUrl(publicUrl: string | null): void {
  if (publicUrl === null) return
  const url = URL.canParse(publicUrl) ? new URL(publicUrl) : undefined
  const isPlain =
    url !== undefined && url.search === '' && url.hash === '' && url.username === '' && url.password === ''
  if (isPlain && (url.protocol === 'https:' || url.protocol === 'http:')) return
  throw new Refusal('INVALID_INPUT', { findings: [PUBLIC_URL] })
}

const PUBLIC_URL = {
  path: '/publicUrl',
  en: 'must be an http or https URL without query, fragment and credentials',
  es: 'debe ser una URL http o https sin consulta, fragmento ni credenciales',
}
