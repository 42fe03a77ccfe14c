// Goes over every route of the table as a stranger would.
// Must never name a route by hand: a new one is tried as soon as it is in the table.
import { WORKSPACE_SCOPES } from '@timbre/contract/api-key.ts'
import { isWorkspaceRoute, ROUTES, type Route, type RouteName } from '@timbre/contract/routes.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ApiUnderTest, startApi } from '../testing/test-api.ts'
import { callOf, makeThings, NOWHERE } from '../testing/test-requests.ts'

const routes = Object.entries(ROUTES) as [RouteName, Route][]
const closed = routes.filter(([, route]) => route.scope !== null)
const ofWorkspaces = routes.filter(([, route]) => isWorkspaceRoute(route))
const ofInstance = closed.filter(([, route]) => !isWorkspaceRoute(route))
const withIds = ofWorkspaces.filter(([, route]) => route.path.includes('/:'))

let api: ApiUnderTest
/** Ids of things that the other workspace has. */
let theirIds: Record<string, string>

beforeAll(async () => {
  api = await startApi()
  theirIds = await makeThings(api, { key: api.theirs.key, workspace: api.theirs.id }, 'theirs')
})
afterAll(() => api.stop())

describe('without or with a wrong key', () => {
  test.each(closed)('%s answers 401 without a key, before anything else', async (name, route) => {
    const response = await api.call({ ...callOf(name, route), key: null, workspace: null, body: '{broken' })
    expect(response).toMatchObject({ status: 401, body: { code: 'API_KEY_REQUIRED', details: {} } })
    expect(response.headers['www-authenticate']).toBe('Bearer')
  })

  test.each(closed)('%s answers 401 with an unknown key', async (name, route) => {
    const response = await api.call({ ...callOf(name, route), key: `sk_live_${'0'.repeat(48)}` })
    expect(response).toMatchObject({ status: 401, body: { code: 'API_KEY_INVALID' } })
  })

  test.each(closed)('%s answers 401 when the two headers carry different keys', async (name, route) => {
    const response = await api.call({ ...callOf(name, route), headers: { 'x-api-key': api.theirs.key } })
    expect(response).toMatchObject({ status: 401, body: { code: 'API_KEYS_DIFFER' } })
  })
})

describe('the workspace', () => {
  test.each(ofWorkspaces)('%s answers 400 without or with a malformed workspace', async (name, route) => {
    for (const workspace of [null, 'x', `${api.ours.id}, ${api.ours.id}`, '00000000-0000-0000-0000-000000000000']) {
      const response = await api.call({ ...callOf(name, route), workspace })
      expect(response).toMatchObject({ status: 400, body: { code: 'WORKSPACE_REQUIRED' } })
    }
  })

  test.each(ofWorkspaces)('%s answers 400 when the two headers name different workspaces', async (name, route) => {
    const response = await api.call({ ...callOf(name, route), headers: { 'workspace-id': api.theirs.id } })
    expect(response).toMatchObject({ status: 400, body: { code: 'WORKSPACE_REQUIRED' } })
  })

  test.each(ofWorkspaces)(
    '%s answers the same 403 for a workspace that exists and one that does not',
    async (name, route) => {
      const headers = { 'x-request-id': 'same' }
      const existing = await api.call({ ...callOf(name, route), workspace: api.theirs.id, headers })
      const missing = await api.call({ ...callOf(name, route), workspace: NOWHERE['workspaceId'] ?? '', headers })
      expect(existing).toMatchObject({ status: 403, body: { code: 'WORKSPACE_FORBIDDEN' } })
      expect(missing.text).toBe(existing.text)
      expect({ ...missing.headers, date: '' }).toEqual({ ...existing.headers, date: '' })
    },
  )

  test.each(ofWorkspaces)('%s tells the admin that a workspace does not exist', async (name, route) => {
    const response = await api.call({
      ...callOf(name, route),
      key: api.adminKey,
      workspace: NOWHERE['workspaceId'] ?? '',
    })
    expect(response).toMatchObject({ status: 404, body: { code: 'WORKSPACE_NOT_FOUND' } })
  })
})

describe('the scope', () => {
  test.each(ofWorkspaces)('%s answers 403 to a key that has every scope but the one', async (name, route) => {
    const key = await api.makeKey(
      api.ours.id,
      WORKSPACE_SCOPES.filter((scope) => scope !== route.scope),
    )
    const before = api.counts()
    const response = await api.call({ ...callOf(name, route), key })
    expect(response).toMatchObject({ status: 403, body: { code: 'SCOPE_MISSING', details: { scope: route.scope } } })
    expect(api.counts()).toEqual(before)
  })

  test.each(ofInstance)('%s answers 403 to the key of a workspace', async (name, route) => {
    const response = await api.call({ ...callOf(name, route), workspace: null })
    expect(response).toMatchObject({ status: 403, body: { code: 'SCOPE_MISSING', details: { scope: 'admin' } } })
  })
})

describe('ids', () => {
  test.each(withIds)(
    "%s answers the same 404 for another workspace's id and for one that does not exist",
    async (name, route) => {
      const before = api.counts()
      const theirs = await api.call(callOf(name, route, theirIds))
      const missing = await api.call(callOf(name, route))
      expect(theirs.status).toBe(404)
      expect(missing.status).toBe(404)
      expect(withoutIds(theirs.text, theirIds)).toBe(withoutIds(missing.text, NOWHERE))
      expect(api.counts()).toEqual(before)
    },
  )

  test.each(routes.filter(([, route]) => route.path.includes('/:')))(
    '%s answers 400 for malformed ids',
    async (name, route) => {
      const admin = isWorkspaceRoute(route) ? {} : { key: api.adminKey }
      // The id of a call is any text that an event has had as `call_id`.
      const forms = route.path.includes(':callId') ? [] : ['%20', 'wh-1', "'", 'a..b']
      for (const id of [
        '1'.repeat(3000),
        'evt_%00',
        '%ED%A0%80',
        ...forms,
        ...(/:(key|callId)/.test(route.path) ? [] : ['att_ZZZZZZZZZZZZZZZZZZZZZZZZZZ']),
      ]) {
        const url = route.path.replaceAll(/:\w+/g, id)
        const response = await api.call({ ...callOf(name, route), url, ...admin })
        expect([id, response.status, response.body.code]).toEqual([id, 400, 'INVALID_INPUT'])
        expect(response.body.details.issues[0].path).toMatch(/^:/)
      }
    },
  )
})

describe('the query', () => {
  test.each(closed)('%s refuses unknown and repeated parameters', async (name, route) => {
    const admin = isWorkspaceRoute(route) ? {} : { key: api.adminKey }
    const call = { ...callOf(name, route), ...admin }
    const unknown = await api.call({ ...call, url: `${call.url}?nonsense=1` })
    expect(unknown).toMatchObject({ status: 400, body: { details: { issues: [{ path: '?nonsense' }] } } })
    for (const parameter of Object.keys((route.query as { properties?: object } | undefined)?.properties ?? {})) {
      for (const value of ['a&@=b', '%00', '', 'x'.repeat(500), '-1', '1.5', 'NaN', '__proto__']) {
        const response = await api.call({ ...call, url: `${call.url}?${parameter}=${value.replace('@', parameter)}` })
        // Some values are fine for some parameters: then it is the webhook of the path that is not there.
        expect([200, 400, 404]).toContain(response.status)
        if (value.includes('&') || value === '%00') {
          expect(response).toMatchObject({ status: 400, body: { details: { issues: [{ path: `?${parameter}` }] } } })
        }
      }
    }
  })
})

describe('every response', () => {
  test.each(routes)('%s carries the request id and the security headers', async (name, route) => {
    const response = await api.call({ ...callOf(name, route), headers: { 'x-request-id': 'given-1' } })
    expect(response.headers).toMatchObject({ 'x-request-id': 'given-1', 'x-content-type-options': 'nosniff' })
    expect(
      (await api.call({ url: '/v1/webhooks', headers: { 'x-request-id': 'a b' } })).headers['x-request-id'],
    ).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('is 405 with Allow for a known path and 404 for an unknown one', async () => {
    for (const [, route] of routes) {
      const url = route.path.replaceAll(/:\w+/g, 'x')
      for (const method of ['PUT', 'QUERY'] as const) {
        const response = await api.call({ method, url, key: null })
        expect(response).toMatchObject({ status: 405, body: { code: 'METHOD_NOT_ALLOWED' } })
        expect(response.headers['allow']?.split(', ')).toContain(route.method)
      }
    }
    expect(await api.call({ url: '/v1/nothing' })).toMatchObject({ status: 404, body: { code: 'ROUTE_NOT_FOUND' } })
    expect(await api.call({ url: '/v1/webhooks/%E0%A4%A' })).toMatchObject({ status: 400 })
  })

  test('was no fault of ours in all of the above', () => {
    // Refused credentials are warned about; a fault is an error.
    expect(api.logged()).not.toMatch(/"level":[56]0/)
  })
})

function withoutIds(text: string, ids: Readonly<Record<string, string>>): string {
  return Object.values(ids).reduce((rest, id) => rest.replaceAll(id, '<id>'), text)
}
