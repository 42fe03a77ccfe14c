// Sessions of browsers, through the API: got, used, attacked, ended.
// Must never look into the store: what counts is what the next request gets.
import { WORKSPACE_SCOPES } from '@timbre/contract/api-key.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ApiUnderTest, OPEN_DOOR, startApi, type TestCall, type TestResponse } from '../testing/test-api.ts'
import { followLink, makeLink, OWN_PAGE, type SignedIn, signIn } from '../testing/test-session.ts'

let api: ApiUnderTest
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.stop())

const NO_KEY = { key: null, workspace: null } as const
const as = ({ cookie, csrfToken }: SignedIn, request: TestCall, headers: Record<string, string> = {}) =>
  api.call({
    ...NO_KEY,
    ...request,
    headers: { cookie, ...OWN_PAGE, 'x-csrf-token': csrfToken, ...request.headers, ...headers },
  })
const withKey = () => signIn(api, { apiKey: api.ours.key, workspaceId: api.ours.id })
const webhook = { url: 'https://receiver.invalid/hook' }
const codeOf = ({ status, body }: TestResponse) => [status, body?.code]

describe('a link', () => {
  test('has its token behind #, is shown once, and is kept as a hash', async () => {
    const made = await makeLink(api, { capabilities: ['view'], locale: 'es', theme: 'dark' })
    expect(made.link).toMatch(/^http:\/\/localhost(:\d+)?\/portal#[\w-]{43}$/)
    const token = made.link.split('#')[1] ?? ''
    const listed = await api.call({ url: '/v1/portal-sessions' })
    expect(listed.body.data).toContainEqual({
      id: made.id,
      capabilities: ['view'],
      locale: 'es',
      theme: 'dark',
      createdBy: expect.any(String),
      createdAt: expect.any(String),
      linkExpiresAt: expect.any(String),
      usedAt: null,
      lastSeenAt: null,
      expiresAt: expect.any(String),
    })
    expect(listed.text + api.dump()).not.toContain(token)
  })

  test('is good once: of two at the same moment one wins, and a third comes too late', async () => {
    const { link } = await makeLink(api)
    const responses = await Promise.all([1, 2, 3, 4].map(() => followLink(api, link)))
    expect(responses.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401])
    expect(codeOf(await followLink(api, link))).toEqual([401, 'PORTAL_LINK_INVALID'])
  })

  test('is no cookie, and a cookie is no link', async () => {
    const { link } = await makeLink(api)
    const token = link.split('#')[1]
    const asCookie = await api.call({ ...NO_KEY, url: '/v1/webhooks', headers: { cookie: `__Host-timbre=${token}` } })
    expect(codeOf(asCookie)).toEqual([401, 'SESSION_INVALID'])
    const { cookie } = await signIn(api, { portalToken: token })
    const asLink = await followLink(api, `#${cookie.split('=')[1]}`)
    expect(codeOf(asLink)).toEqual([401, 'PORTAL_LINK_INVALID'])
  })

  test('cannot be guessed, and what is no token at all is told the same', async () => {
    for (const token of ['A'.repeat(43), 'x', "' OR 1=1 --", '%00', 'é'.repeat(43), '{"$ne":null}']) {
      expect(codeOf(await followLink(api, `#${token}`))).toEqual([401, 'PORTAL_LINK_INVALID'])
    }
  })

  test('is refused when its session was ended before, and with it all others', async () => {
    const [one, two] = [await makeLink(api), await makeLink(api)]
    expect((await api.call({ method: 'DELETE', url: `/v1/portal-sessions/${one.id}` })).status).toBe(204)
    expect(codeOf(await followLink(api, one.link))).toEqual([401, 'PORTAL_LINK_INVALID'])
    expect((await api.call({ method: 'DELETE', url: '/v1/portal-sessions' })).status).toBe(204)
    expect(codeOf(await followLink(api, two.link))).toEqual([401, 'PORTAL_LINK_INVALID'])
    expect((await api.call({ url: '/v1/portal-sessions' })).body.data).toEqual([])
  })

  test('gives no capability that the key itself has not', async () => {
    const reader = await api.makeKey(api.ours.id, [
      'api-keys:write',
      'webhooks:read',
      'events:read',
      'event-types:read',
    ])
    const make = (capabilities: string[]) =>
      api.call({
        method: 'POST',
        url: '/v1/portal-sessions',
        key: reader,
        body: { capabilities, expiresInSeconds: 60 },
      })
    expect((await make(['view'])).status).toBe(201)
    for (const capability of ['manage', 'secrets', 'retry', 'replay', 'publish']) {
      expect(codeOf(await make(['view', capability]))).toEqual([403, 'SCOPE_MISSING'])
    }
    for (const scope of ['webhooks:write', 'events:write'] as const) {
      const key = await api.makeKey(api.ours.id, ['api-keys:write', scope])
      const body = { capabilities: ['publish'], expiresInSeconds: 60 }
      const response = await api.call({ method: 'POST', url: '/v1/portal-sessions', key, body })
      expect(codeOf(response)).toEqual([403, 'SCOPE_MISSING'])
    }
  })
})

describe('the cookie', () => {
  test('is out of reach for scripts, other sites and plain HTTP', async () => {
    const { setCookie } = await withKey()
    expect(
      setCookie
        .replace(/43\d{3}/, '43200')
        .split('; ')
        .slice(1)
        .sort(),
    ).toEqual(['HttpOnly', 'Max-Age=43200', 'Path=/', 'SameSite=Strict', 'Secure'])
    expect(setCookie).toMatch(/^__Host-timbre=[\w-]{43};/)
  })

  test('of a portal is sent in a frame of another site where the setting says so; that of a key never', async () => {
    const browser = { publicUrl: null, frameAncestors: ['https://app.example.com'], allowPlainHttp: false }
    const framed = await startApi({ browser })
    try {
      const { link } = await makeLink(framed)
      const portal = await signIn(framed, { portalToken: link.split('#')[1] })
      for (const part of ['HttpOnly', 'Secure', 'SameSite=None', 'Partitioned'])
        expect(portal.setCookie).toContain(`; ${part}`)
      const key = await signIn(framed, { apiKey: framed.ours.key, workspaceId: framed.ours.id })
      expect(key.setCookie).toContain('SameSite=Strict')
      expect(key.setCookie).not.toContain('Partitioned')
    } finally {
      await framed.stop()
    }
  })

  test('is another one after each sign-in, whatever was sent along, and the one before has ended', async () => {
    const planted = `__Host-timbre=${'F'.repeat(43)}`
    const first = await signIn(api, { apiKey: api.ours.key, workspaceId: api.ours.id }, { cookie: planted })
    expect(first.cookie).not.toBe(planted)
    expect((await api.call({ ...NO_KEY, url: '/v1/webhooks', headers: { cookie: planted } })).status).toBe(401)
    const again = await signIn(
      api,
      { apiKey: api.ours.key, workspaceId: api.ours.id },
      { cookie: first.cookie, ...OWN_PAGE },
    )
    expect(again.cookie).not.toBe(first.cookie)
    expect(codeOf(await as(first, { url: '/v1/webhooks' }))).toEqual([401, 'SESSION_INVALID'])
    expect((await as(again, { url: '/v1/webhooks' })).status).toBe(200)
  })

  test('is taken from among others, and not when somebody has planted a second one', async () => {
    const { cookie } = await withKey()
    const read = (text: string) => api.call({ ...NO_KEY, url: '/v1/webhooks', headers: { cookie: text } })
    for (const text of [`a=b; ${cookie}`, `${cookie};a=b`, `x${cookie}; ${cookie}`, `=; ;${cookie}`])
      expect([text, (await read(text)).status]).toEqual([text, 200])
    const planted = `__Host-timbre=${'F'.repeat(43)}`
    for (const text of [
      `${cookie}; ${planted}`,
      `${planted}; ${cookie}`,
      `x${cookie}`,
      `${cookie}x`,
      cookie.slice(0, -1),
    ])
      expect([text, (await read(text)).status]).toEqual([text, 401])
  })

  test('goes behind a key: the request is the key’s, also when the key is wrong', async () => {
    const session = await withKey()
    const reader = await api.makeKey(api.ours.id, ['webhooks:read'])
    const headers = { cookie: session.cookie, ...OWN_PAGE, 'x-csrf-token': session.csrfToken }
    const create = { method: 'POST', url: '/v1/webhooks', body: webhook, headers } as const
    expect(codeOf(await api.call({ ...create, key: reader }))).toEqual([403, 'SCOPE_MISSING'])
    expect(codeOf(await api.call({ ...create, key: 'sk_live_wrong' }))).toEqual([401, 'API_KEY_INVALID'])
  })
})

describe('a session', () => {
  test('says what it is, to its own browser', async () => {
    const key = await as(await withKey(), { url: '/v1/session' })
    expect(key.body).toMatchObject({ kind: 'key', workspaceId: api.ours.id, capabilities: null, locale: null })
    expect(key.body.scopes.toSorted()).toEqual(WORKSPACE_SCOPES.toSorted())
    const operator = await as(await signIn(api, { adminKey: api.adminKey }), { url: '/v1/session' })
    expect(operator.body).toMatchObject({ kind: 'operator', workspaceId: null, capabilities: null })
    expect(operator.body.scopes).toContain('admin')
    const { link } = await makeLink(api, { capabilities: ['view', 'retry'], locale: 'es', theme: 'dark' })
    const portal = await as(await signIn(api, { portalToken: link.split('#')[1] }), { url: '/v1/session' })
    expect(portal.body).toMatchObject({
      kind: 'portal',
      workspaceId: api.ours.id,
      scopes: null,
      capabilities: ['view', 'retry'],
      locale: 'es',
      theme: 'dark',
    })
    expect(codeOf(await api.call({ ...NO_KEY, url: '/v1/session' }))).toEqual([401, 'SESSION_REQUIRED'])
  })

  test('of a key needs no workspace to be named, and takes no other; an operator names one', async () => {
    const session = await withKey()
    expect((await as(session, { url: '/v1/webhooks' })).status).toBe(200)
    expect((await as(session, { url: '/v1/webhooks', workspace: api.ours.id })).status).toBe(200)
    const theirs = await as(session, { url: '/v1/webhooks', workspace: api.theirs.id })
    expect(codeOf(theirs)).toEqual([403, 'WORKSPACE_FORBIDDEN'])
    const operator = await signIn(api, { adminKey: api.adminKey })
    expect(codeOf(await as(operator, { url: '/v1/webhooks' }))).toEqual([400, 'WORKSPACE_REQUIRED'])
    expect((await as(operator, { url: '/v1/webhooks', workspace: api.theirs.id })).status).toBe(200)
    expect((await as(operator, { url: '/v1/workspaces' })).status).toBe(200)
    expect(codeOf(await as(session, { url: '/v1/workspaces' }))).toEqual([403, 'SCOPE_MISSING'])
  })

  test('writes only with its own token, from a page of this installation', async () => {
    const session = await withKey()
    const create = { method: 'POST', url: '/v1/webhooks', body: webhook } as const
    expect((await as(session, create)).status).toBe(201)
    const before = api.counts()
    const other = await withKey()
    for (const headers of [{ 'x-csrf-token': '' }, { 'x-csrf-token': other.csrfToken }, { 'x-csrf-token': 'é' }])
      expect(codeOf(await as(session, create, headers))).toEqual([403, 'CSRF_TOKEN_INVALID'])
    for (const site of ['cross-site', 'same-site', 'nonsense'])
      expect(codeOf(await as(session, create, { 'sec-fetch-site': site }))).toEqual([403, 'ORIGIN_FORBIDDEN'])
    for (const origin of ['https://evil.example', 'null', 'http://localhost.evil.example', 'not a url'])
      expect(codeOf(await as(session, create, { 'sec-fetch-site': 'none', origin }))).toEqual([403, 'ORIGIN_FORBIDDEN'])
    // Neither header: no browser that we know writes without one of them.
    expect(codeOf(await as(session, create, { 'sec-fetch-site': 'none' }))).toEqual([403, 'ORIGIN_FORBIDDEN'])
    expect(api.counts()).toEqual({
      ...before,
      sessions: (before['sessions'] ?? 0) + 1,
      audit_entries: expect.any(Number),
    })
    const byOrigin = { 'sec-fetch-site': 'none', origin: 'http://localhost:80', host: 'localhost' }
    expect((await as(session, create, byOrigin)).status).toBe(201)
  })

  test('reads for no page of another origin either', async () => {
    const session = await withKey()
    for (const url of ['/v1/webhooks', '/v1/session'])
      expect(codeOf(await as(session, { url }, { 'sec-fetch-site': 'cross-site' }))).toEqual([403, 'ORIGIN_FORBIDDEN'])
  })

  test('is not begun by a page of another origin, which would sign somebody in as somebody else', async () => {
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }] as const) {
      const body = { apiKey: api.ours.key, workspaceId: api.ours.id }
      const response = await api.call({ ...NO_KEY, method: 'POST', url: '/v1/session', body, headers })
      expect(codeOf(response)).toEqual([403, 'ORIGIN_FORBIDDEN'])
      expect(response.headers['set-cookie']).toBeUndefined()
    }
  })

  test('needs one credential, that of its field, and the workspace of the key', async () => {
    const tries: [object, number, string][] = [
      [{}, 400, 'INVALID_INPUT'],
      [{ adminKey: api.adminKey, portalToken: 'x' }, 400, 'INVALID_INPUT'],
      [{ apiKey: api.ours.key }, 400, 'INVALID_INPUT'],
      [{ adminKey: api.adminKey, workspaceId: api.ours.id }, 400, 'INVALID_INPUT'],
      [{ apiKey: api.ours.key, workspaceId: api.theirs.id }, 403, 'WORKSPACE_FORBIDDEN'],
      [{ apiKey: api.adminKey, workspaceId: api.ours.id }, 401, 'API_KEY_INVALID'],
      [{ adminKey: api.ours.key }, 401, 'API_KEY_INVALID'],
      [{ adminKey: 'wrong' }, 401, 'API_KEY_INVALID'],
    ]
    for (const [body, status, code] of tries) {
      const response = await api.call({ ...NO_KEY, method: 'POST', url: '/v1/session', body })
      expect([body, ...codeOf(response)]).toEqual([body, status, code])
      expect(response.headers['set-cookie']).toBeUndefined()
    }
  })

  test('ends with its browser’s sign-out, and only with its token', async () => {
    const session = await withKey()
    const out = { method: 'DELETE', url: '/v1/session' } as const
    expect(codeOf(await as(session, out, { 'x-csrf-token': 'x' }))).toEqual([403, 'CSRF_TOKEN_INVALID'])
    const response = await as(session, out)
    expect(response.status).toBe(204)
    expect(String(response.headers['set-cookie'])).toMatch(/^__Host-timbre=; Max-Age=0/)
    expect(codeOf(await as(session, { url: '/v1/session' }))).toEqual([401, 'SESSION_INVALID'])
    expect((await api.call({ ...NO_KEY, ...out })).status).toBe(204)
  })

  test('ends with the key that it was got with, and so does the portal that the key made', async () => {
    const made = await api.call({
      method: 'POST',
      url: '/v1/api-keys',
      body: { name: 'Leaked', scopes: WORKSPACE_SCOPES },
    })
    const { key, id } = made.body
    const session = await signIn(api, { apiKey: key, workspaceId: api.ours.id })
    const [followed, open] = [await makeLink(api, {}, key), await makeLink(api, {}, key)]
    const portal = await signIn(api, { portalToken: followed.link.split('#')[1] })
    expect((await as(portal, { url: '/v1/webhooks' })).status).toBe(200)
    await api.call({ method: 'DELETE', url: `/v1/api-keys/${id}` })
    for (const ended of [session, portal])
      expect(codeOf(await as(ended, { url: '/v1/webhooks' }))).toEqual([401, 'SESSION_INVALID'])
    expect(codeOf(await followLink(api, open.link))).toEqual([401, 'PORTAL_LINK_INVALID'])
  })

  test('of another workspace is not there', async () => {
    const { id, link } = await makeLink(api, {}, api.theirs.key, api.theirs.id)
    const remove = { method: 'DELETE', url: `/v1/portal-sessions/${id}` } as const
    expect(codeOf(await api.call(remove))).toEqual([404, 'PORTAL_SESSION_NOT_FOUND'])
    await api.call({ method: 'DELETE', url: '/v1/portal-sessions' })
    const portal = await signIn(api, { portalToken: link.split('#')[1] })
    const theirs = await as(portal, { url: '/v1/webhooks', workspace: api.ours.id })
    expect(codeOf(theirs)).toEqual([403, 'WORKSPACE_FORBIDDEN'])
  })

  test('is in the audit log, from the making of the link to its end', async () => {
    const { id, link } = await makeLink(api, { capabilities: ['view', 'manage'] })
    const portal = await signIn(api, { portalToken: link.split('#')[1] })
    const made = await as(portal, { method: 'POST', url: '/v1/webhooks', body: webhook })
    await api.call({ method: 'DELETE', url: `/v1/portal-sessions/${id}` })
    const { body } = await api.call({ url: `/v1/audit-log?workspaceId=${api.ours.id}&limit=4`, key: api.adminKey })
    const [ended, created, used, linked] = body.data
    expect(ended).toMatchObject({ action: 'portal_session.ended', targetId: id })
    expect(created).toMatchObject({ action: 'webhook.created', actor: id, targetId: made.body.id })
    expect(used).toMatchObject({ action: 'portal_session.used', actor: id, targetId: id })
    expect(linked).toMatchObject({ action: 'portal_session.created', targetId: id })
  })
})

test('wrong links, keys and cookies count against the address like wrong keys in a header', async () => {
  const strict = await startApi({
    frontDoor: { ...OPEN_DOOR, failedCredentialsPerMinute: 5 },
  })
  try {
    const wrong = (nth: number) => followLink(strict, `#${String(nth).padStart(43, 'A')}`)
    const responses = []
    const opened = []
    for (let nth = 0; nth < 9; nth++) opened.push((await strict.call({ ...NO_KEY, url: '/v1/session' })).status)
    expect(opened).toEqual(opened.map(() => 401))
    for (let nth = 0; nth < 8; nth++) responses.push((await wrong(nth)).status)
    expect(responses.filter((status) => status === 401)).toHaveLength(5)
    expect(responses.filter((status) => status === 429)).toHaveLength(3)
    const cookie = `__Host-timbre=${'Z'.repeat(43)}`
    expect((await strict.call({ ...NO_KEY, url: '/v1/webhooks', headers: { cookie } })).status).toBe(429)
    const { status } = await strict.call({
      ...NO_KEY,
      method: 'POST',
      url: '/v1/session',
      body: { adminKey: 'a wrong one' },
    })
    expect(status).toBe(429)
  } finally {
    await strict.stop()
  }
})
