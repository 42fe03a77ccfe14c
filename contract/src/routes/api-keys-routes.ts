// Owns the rows of the table of routes under "API keys".
import { ApiKey, ApiKeyCreate, CreatedApiKey } from '../api-key.ts'
import { PageOf, PageQuery } from '../page.ts'
import { Closed, IdInput } from '../schema.ts'
import type { Route } from './route.ts'

const ApiKeyParams = Closed({ apiKeyId: IdInput('apiKey') })

export const API_KEYS_ROUTES = {
  listApiKeys: {
    method: 'GET',
    path: '/v1/api-keys',
    tag: 'API keys',
    summary: 'List API keys',
    scope: 'api-keys:read',
    capability: null,
    query: Closed({ ...PageQuery }),
    status: 200,
    response: PageOf(ApiKey),
  },
  createApiKey: {
    method: 'POST',
    path: '/v1/api-keys',
    tag: 'API keys',
    summary: 'Create an API key, shown once',
    scope: 'api-keys:write',
    capability: null,
    body: ApiKeyCreate,
    status: 201,
    response: CreatedApiKey,
    reveals: ['key'],
  },
  revokeApiKey: {
    method: 'DELETE',
    path: '/v1/api-keys/:apiKeyId',
    tag: 'API keys',
    summary: 'Revoke an API key',
    scope: 'api-keys:write',
    capability: null,
    params: ApiKeyParams,
    status: 204,
  },
} as const satisfies Readonly<Record<string, Route>>
