// Goes over every POST of the table with an Idempotency-Key that another credential used before.
// Must never name a route by hand but where its body has to be another each time: a new one is tried as soon as it is in the table.
import { WORKSPACE_SCOPES, type WorkspaceScope } from '@timbre/contract/api-key.ts'
import { isWorkspaceRoute, ROUTES, type Route, type RouteName } from '@timbre/contract/routes.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../../../../test/support/until.ts'
import { type ApiUnderTest, startApi, type TestCall } from '../testing/test-api.ts'
import { callOf, makeThings } from '../testing/test-requests.ts'

const routes = Object.entries(ROUTES) as [RouteName, Route][]
const posts = routes.filter(([, route]) => route.method === 'POST' && isWorkspaceRoute(route))

let api: ApiUnderTest
/** Another key with all scopes, one for each scope that has it alone, and one that has all but it. */
let other: string
const only = new Map<string | null, string>()
const allBut = new Map<string | null, string>()
beforeAll(async () => {
  api = await startApi()
  other = await api.makeKey(api.ours.id, WORKSPACE_SCOPES)
  const scopes = new Set(posts.map(([, { scope }]) => scope as WorkspaceScope)) // routes of workspaces have one
  for (const scope of scopes) {
    only.set(scope, await api.makeKey(api.ours.id, [scope]))
    const others = WORKSPACE_SCOPES.filter((each) => each !== scope)
    allBut.set(scope, await api.makeKey(api.ours.id, others))
  }
})
afterAll(() => api.stop())

describe('a request that is repeated with its Idempotency-Key', () => {
  test.each(posts)(
    '%s by its own credential is answered again, without what the response revealed',
    async (name, route) => {
      const request = await repeatable(name, route)
      const first = await api.call(request)
      expect([first.status, first.headers['idempotency-replayed']]).toEqual([route.status, undefined])
      const before = rowsMade()
      const again = await api.call(request)
      expect([again.status, again.headers['idempotency-replayed']]).toEqual([route.status, 'true'])
      const revealed = (route.reveals ?? []).map((member) => [member, first.body[member]])
      expect({ ...again.body, ...Object.fromEntries(revealed) }).toEqual(first.body)
      for (const [member, value] of revealed) {
        expect(value).toEqual(expect.any(String))
        expect(again.body).not.toHaveProperty(member)
      }
      expect(rowsMade()).toEqual(before)
    },
  )

  test.each(posts)(
    '%s by any other credential is another request, and shows nothing of the first',
    async (name, route) => {
      const request = await repeatable(name, route)
      const first = await api.call(request)
      expect(first.status).toBe(route.status)
      for (const key of [api.adminKey, other, only.get(route.scope) ?? '']) {
        const same = await api.call({ ...request, key })
        const different = await api.call({ ...request, key, body: { ...Object(request.body), nonsense: 1 } })
        for (const response of [same, different]) {
          expect(response.headers['idempotency-replayed']).toBeUndefined()
          expect(response.body.code).not.toBe('IDEMPOTENCY_KEY_REUSED')
          for (const member of route.reveals ?? []) expect(response.text).not.toContain(first.body[member])
        }
      }
    },
  )

  test.each(posts)(
    '%s gives nothing to a key without the scope, nor to the one that asked, once it is revoked',
    async (name, route) => {
      const body = { name: 'Short-lived', scopes: WORKSPACE_SCOPES }
      const made = await api.call({ method: 'POST', url: '/v1/api-keys', body })
      const request = { ...(await repeatable(name, route)), key: made.body.key }
      expect((await api.call(request)).status).toBe(route.status)
      const without = await api.call({ ...request, key: allBut.get(route.scope) ?? '' })
      expect(without).toMatchObject({ status: 403, body: { code: 'SCOPE_MISSING', details: { scope: route.scope } } })
      await api.call({ method: 'DELETE', url: `/v1/api-keys/${made.body.id}` })
      expect(await api.call(request)).toMatchObject({ status: 401, body: { code: 'API_KEY_INVALID' } })
    },
  )

  test('and which made a key gives a key with fewer scopes the refusal that it gets without the header', async () => {
    const body = { name: 'Deploy', scopes: WORKSPACE_SCOPES }
    const request = { method: 'POST', url: '/v1/api-keys', body, headers: { 'idempotency-key': 'deploy' } } as const
    expect((await api.call(request)).status).toBe(201)
    const key = only.get('api-keys:write') ?? ''
    expect(await api.call({ ...request, key })).toMatchObject({ status: 403, body: { code: 'SCOPE_MISSING' } })
  })
})

test.each(routes)('%s says which members of its response reveal', (_, route) => {
  const { properties = {} } = (route.response ?? {}) as { properties?: Record<string, object> } // JSON Schema of an object
  const named = Object.keys(properties).filter((member) => /^(key|link|.*secret|.*token)$/i.test(member))
  // The key of an event type is its name.
  expect([...(route.reveals ?? [])]).toEqual(route.tag === 'Event types' ? [] : named)
})

/** Without the two tables that an engine at work writes to. */
function rowsMade(): Record<string, number> {
  const { attempts: _, deliveries: __, ...counts } = api.counts()
  return counts
}

let requests = 0

/** A right request for things of ours that are made for it, with an Idempotency-Key of its own. */
async function repeatable(name: RouteName, route: Route): Promise<TestCall> {
  const key = `repeated-${++requests}`
  const as = { key: api.ours.key, workspace: api.ours.id }
  const ids = await makeThings(api, as, key)
  const delivery = { url: `/v1/webhooks/${ids['webhookId']}/deliveries/${ids['deliveryId']}` }
  await until(
    async () => (await api.call(delivery)).body.status,
    (status) => status !== 'sending',
  )
  const call = callOf(name, route, ids)
  const body = name === 'createEventType' ? { key: `own.made_${requests}` } : call.body
  return { ...call, body: body ?? {}, headers: { 'idempotency-key': key } }
}
