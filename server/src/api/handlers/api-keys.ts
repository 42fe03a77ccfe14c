// Owns what happens at /v1/api-keys. A key is shown once, in the response that makes it, and kept as a hash.
// Must never decide whether a caller may give scopes away: `permits.ts` does, before.
import { hash } from 'node:crypto'
import { API_KEYS_PER_WORKSPACE_MAX, KEY_PREFIXES, keyPreview } from '@timbre/contract/api-key.ts'
import type { ApiKeyRow } from '../../storage/storage.ts'
import type { Api } from '../api.ts'
import { presentApiKey } from '../present/present-api-key.ts'
import { pageRequest, presentPage } from '../present/present-page.ts'
import { knownId } from '../validation/known-id.ts'
import type { Call, Handlers } from './call.ts'
import { changeContext } from './change-context.ts'

const KEY_RANDOM_BYTES = 24

export function apiKeyHandlers(api: Api): Pick<Handlers, 'listApiKeys' | 'createApiKey' | 'revokeApiKey'> {
  return {
    async listApiKeys({ caller, query }) {
      const request = pageRequest(query)
      return presentPage(request, await api.storage.listApiKeys(caller.workspaceId, request), presentApiKey)
    },
    createApiKey: (call) => createApiKey(api, call),
    async revokeApiKey(call) {
      const id = knownId('apiKey', call.params.apiKeyId)
      const change = { now: api.clock.now(), action: 'api_key.revoked', targetId: id } as const
      await api.storage.revokeApiKey(call.caller.workspaceId, id, changeContext(api, call, change))
      api.keys.forget(id)
      return undefined
    },
  }
}

async function createApiKey(api: Api, call: Call<'createApiKey'>) {
  const { name, scopes, environment = 'production' } = call.body
  const now = api.clock.now()
  const key = KEY_PREFIXES[environment] + Buffer.from(api.random.bytes(KEY_RANDOM_BYTES)).toString('hex')
  const row: ApiKeyRow = {
    id: api.random.uuid(now),
    workspaceId: call.caller.workspaceId,
    name,
    scopes,
    environment,
    hash: hash('sha256', key, 'hex'),
    preview: keyPreview(key),
    createdAt: now,
    lastUsedAt: null,
    revokedAt: null,
  }
  const response = { ...presentApiKey(row), key }
  const changedFields = Object.keys(call.body)
  const change = { now, action: 'api_key.created', targetId: row.id, changedFields, response } as const
  await api.storage.createApiKey(row, API_KEYS_PER_WORKSPACE_MAX, changeContext(api, call, change))
  return response
}
