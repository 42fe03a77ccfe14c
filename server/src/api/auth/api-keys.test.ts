// API keys, through the API: made, used, revoked.
// Must never look into the cache: what counts is what the next request gets.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ApiUnderTest, startApi } from '../testing/test-api.ts'

let api: ApiUnderTest

beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.stop())

const create = (body: object, as = {}) => api.call({ method: 'POST', url: '/v1/api-keys', body, ...as })

describe('an API key', () => {
  test('is shown once, works at once, and is kept as a hash', async () => {
    const made = await create({ name: 'CRM', scopes: ['webhooks:read'] })
    expect(made.status).toBe(201)
    const { key, ...shown } = made.body
    expect(key).toMatch(/^sk_live_[0-9a-f]{48}$/)
    expect(shown).toMatchObject({ name: 'CRM', scopes: ['webhooks:read'], environment: 'production', revokedAt: null })
    expect(shown.keyPreview).toBe(`sk_live_${key.slice(8, 12)}...${key.slice(-4)}`)
    expect((await api.call({ url: '/v1/webhooks', key })).status).toBe(200)
    const listed = await api.call({ url: '/v1/api-keys' })
    expect(listed.body.data).toContainEqual(expect.objectContaining({ id: shown.id, name: 'CRM' }))
    expect(listed.text).not.toContain(key)
    expect(listed.text).not.toContain('hash')
    expect(api.dump()).not.toContain(key)
  })

  test.each([
    ['sandbox', 'sk_sbox_'],
    ['staging', 'sk_stag_'],
    ['development', 'sk_dev_'],
  ])('for %s begins with %s', async (environment, prefix) => {
    expect((await create({ name: 'E', scopes: ['events:read'], environment })).body.key).toMatch(prefix)
  })

  test('is accepted in either header and in both, in either header for the workspace, in either spelling', async () => {
    const { key, id } = api.ours
    const { formatId } = await import('@timbre/contract/ids.ts')
    for (const headers of [
      { authorization: `Bearer ${key}`, 'x-workspace-id': id },
      { authorization: `bearer   ${key}`, 'workspace-id': id },
      { 'x-api-key': key, 'workspace-id': formatId('workspace', id) },
      { 'x-api-key': key, authorization: `Bearer ${key}`, 'x-workspace-id': id, 'workspace-id': id.toUpperCase() },
    ]) {
      expect((await api.call({ url: '/v1/webhooks', key: null, workspace: null, headers })).status).toBe(200)
    }
  })

  test('is refused everywhere from the moment it is revoked', async () => {
    const { key, id } = (await create({ name: 'Short', scopes: ['webhooks:read'] })).body
    expect((await api.call({ url: '/v1/webhooks', key })).status).toBe(200)
    expect((await api.call({ method: 'DELETE', url: `/v1/api-keys/${id}` })).status).toBe(204)
    expect(await api.call({ url: '/v1/webhooks', key })).toMatchObject({
      status: 401,
      body: { code: 'API_KEY_INVALID' },
    })
    const { data } = (await api.call({ url: '/v1/api-keys?limit=100' })).body
    expect(data.find((shown: { id: string }) => shown.id === id).revokedAt).toEqual(expect.any(String))
    expect((await api.call({ method: 'DELETE', url: `/v1/api-keys/${id}` })).status).toBe(204)
  })

  test('cannot make one that can do more than itself; the admin key can', async () => {
    const maker = await api.makeKey(api.ours.id, ['api-keys:write', 'events:read'])
    const body = { name: 'More', scopes: ['events:read', 'events:write'] }
    const refused = await create(body, { key: maker })
    expect(refused).toMatchObject({ status: 403, body: { code: 'SCOPE_MISSING', details: { scope: 'events:write' } } })
    expect((await create({ name: 'Same', scopes: ['events:read'] }, { key: maker })).status).toBe(201)
    expect((await create(body, { key: api.adminKey })).status).toBe(201)
    expect((await create({ name: 'A', scopes: ['admin'] }, { key: api.adminKey })).status).toBe(400)
  })

  test('notes when it was last used', async () => {
    const { key, id } = (await create({ name: 'Used', scopes: ['webhooks:read'] })).body
    await api.call({ url: '/v1/webhooks', key })
    await api.app.close()
    const { rows } = await api.storage.listApiKeys(api.ours.id, { page: 1, limit: 100 })
    expect(rows.find((row) => row.id === id)?.lastUsedAt).toBeGreaterThan(Date.now() - 60_000)
  })
})
