// Goes over every route of the table with a portal session of each capability alone.
// Must never name a route by hand: a new one is tried as soon as it is in the table.
import { CAPABILITIES, type Capability } from '@timbre/contract/portal-session.ts'
import { ROUTES, type Route, type RouteName } from '@timbre/contract/routes.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ApiUnderTest, startApi } from '../testing/test-api.ts'
import { callOf } from '../testing/test-requests.ts'
import { makeLink, OWN_PAGE, type SignedIn, signIn } from '../testing/test-session.ts'

const closed = (Object.entries(ROUTES) as [RouteName, Route][]).filter(([, route]) => route.scope !== null)

let api: ApiUnderTest
const portals = new Map<Capability, SignedIn>()
beforeAll(async () => {
  api = await startApi()
  for (const capability of CAPABILITIES) {
    const { link } = await makeLink(api, { capabilities: [capability] })
    portals.set(capability, await signIn(api, { portalToken: link.split('#')[1] }))
  }
})
afterAll(() => api.stop())

describe.each(CAPABILITIES)('a portal session with the capability %s', (capability) => {
  test.each(closed)('may call %s only where the table says so', async (name, route) => {
    const { cookie = '', csrfToken = '' } = portals.get(capability) ?? {}
    const headers = { cookie, 'x-csrf-token': csrfToken, ...OWN_PAGE }
    const before = api.counts()
    const { status, body } = await api.call({ ...callOf(name, route), key: null, workspace: null, headers })
    if (route.capability === capability) {
      expect([401, 403]).not.toContain(status)
      return
    }
    const refusal = route.capability === null ? 'CLOSED_TO_PORTALS' : 'CAPABILITY_MISSING'
    expect([status, body.code]).toEqual([403, refusal])
    expect(api.counts()).toEqual(before)
  })
})

test.each(closed)('%s is closed to portals where it is about credentials, tenants or erasing', (_, route) => {
  const isOfThese = /^\/v1\/(api-keys|portal-sessions|workspaces|audit-log|erasures)/.test(route.path)
  if (isOfThese) expect(route.capability).toBeNull()
  // A reading capability opens nothing that changes anything.
  if (route.capability === 'view') expect(route.method).toBe('GET')
})
