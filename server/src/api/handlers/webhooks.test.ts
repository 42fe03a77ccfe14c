// The life of webhooks, their secrets and their subscriptions, through the API.
// Must never reach a receiver: the names end in .invalid.
import { WORKSPACE_SCOPES } from '@timbre/contract/api-key.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../../../../test/support/until.ts'
import { webhookPlace } from '../../platform/vault.ts'
import { type ApiUnderTest, startApi } from '../testing/test-api.ts'

const URL = 'https://receiver.invalid/hook'
const LIMIT = 60
const NOWHERE = '01990f2e-5400-7b31-9c4d-2f6a8e1b0c3d'

let api: ApiUnderTest

beforeAll(async () => {
  api = await startApi({ limits: { webhooksPerWorkspace: LIMIT } })
})
afterAll(() => api.stop())

const create = (body: object, headers = {}) => api.call({ method: 'POST', url: '/v1/webhooks', body, headers })
const patch = (id: string, body: object) => api.call({ method: 'PATCH', url: `/v1/webhooks/${id}`, body })

describe('a webhook', () => {
  test("is created from the seed's body and shown with all of the seed's fields", async () => {
    const response = await create({
      url: 'https://miapp.com/webhooks/supervisor',
      description: 'Actualiza el CRM con el estado de la llamada',
      headers: { 'X-Custom-Signature': 'allowed' },
      isActive: true,
    })
    expect(response.status).toBe(201)
    expect(response.body).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
      kind: 'push',
      agentId: null,
      url: 'https://miapp.com/webhooks/supervisor',
      description: 'Actualiza el CRM con el estado de la llamada',
      isActive: true,
      headers: { 'X-Custom-Signature': 'allowed' },
      secretPreview: expect.stringMatching(/^whsec_\*{16}.{4}$/),
      previousSecretExpiresAt: null,
      ordering: 'none',
      rateLimitPerSecond: null,
      retrySchedule: null,
      disabledReason: null,
      successCount: 0,
      failureCount: 0,
      subscriptionCount: 0,
      lastDeliveryAt: null,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      updatedAt: response.body.createdAt,
    })
    expect((await api.call({ url: `/v1/webhooks/${response.body.id}` })).body).toEqual(response.body)
  })

  test('is found by either spelling of its id', async () => {
    const { id } = (await create({ url: URL })).body
    const { formatId } = await import('@timbre/contract/ids.ts')
    const prefixed = formatId('webhook', id)
    expect((await api.call({ url: `/v1/webhooks/${prefixed}` })).body.id).toBe(id)
    expect((await api.call({ url: `/v1/webhooks/${prefixed.toLowerCase()}` })).body.id).toBe(id)
    expect((await api.call({ url: `/v1/webhooks/${id.toUpperCase()}` })).body.id).toBe(id)
  })

  test('changes only in the fields that are sent, and its secret never with them', async () => {
    const made = (await create({ url: URL, description: 'first', headers: { 'X-A': '1' } })).body
    const agentId = '3C90C3CC-0d44-4b50-8888-8dd25736052a'
    const changed = (await patch(made.id, { agentId, isActive: false, ordering: 'call', rateLimitPerSecond: 5 })).body
    expect(changed).toEqual({
      ...made,
      agentId: agentId.toLowerCase(),
      isActive: false,
      ordering: 'call',
      rateLimitPerSecond: 5,
      updatedAt: expect.any(String),
    })
    const cleared = (await patch(made.id, { agentId: null, description: null, headers: {}, retrySchedule: [0, 60] }))
      .body
    expect(cleared).toMatchObject({ agentId: null, description: null, headers: {}, retrySchedule: [0, 60] })
    expect((await patch(made.id, { secret: 'x'.repeat(20) })).status).toBe(400)
  })

  test('takes no wait below five seconds after a failure, says which is too short, and stores nothing', async () => {
    const made = (await create({ url: URL, retrySchedule: [0, 5, 5] })).body
    const before = api.dump()
    for (const retrySchedule of [
      [0, 0],
      [0, 4],
      [7, 60, 0, 4],
    ]) {
      for (const response of [await create({ url: URL, retrySchedule }), await patch(made.id, { retrySchedule })]) {
        const wrong = retrySchedule.flatMap((seconds, nth) => (nth > 0 && seconds < 5 ? [`/retrySchedule/${nth}`] : []))
        expect([response.status, response.body.code]).toEqual([400, 'INVALID_INPUT'])
        expect(response.body.details.issues.map(({ path }: { path: string }) => path)).toEqual(wrong)
      }
    }
    expect(api.dump()).toBe(before)
  })

  test('keeps its version and leaves no audit entry when nothing is sent', async () => {
    const made = (await create({ url: URL })).body
    const before = api.dump()
    expect((await patch(made.id, {})).body).toEqual(made)
    expect(api.dump()).toBe(before)
  })

  test('is gone after it was deleted, with its subscriptions', async () => {
    const { id } = (await create({ url: URL })).body
    const url = `/v1/webhooks/${id}`
    await api.call({ method: 'POST', url: `${url}/subscriptions`, body: { eventKey: 'call.error' } })
    const deleted = await api.call({ method: 'DELETE', url })
    expect([deleted.status, deleted.text]).toEqual([204, ''])
    for (const path of [url, `${url}/subscriptions`, `${url}/secret`, `${url}/deliveries`]) {
      expect(await api.call({ url: path })).toMatchObject({ status: 404, body: { code: 'WEBHOOK_NOT_FOUND' } })
    }
    expect((await api.call({ method: 'DELETE', url })).status).toBe(404)
    // Its row goes in the background, as nothing was sent to it.
    await until(
      async () => api.dump(),
      (rows) => !rows.includes(`"id":"${id}"`),
    )
  })

  test.each([
    ['http://example.com/', 'not_https'],
    ['https://user:pass@example.com/', 'has_credentials'],
    ['https://example.com/#part', 'has_fragment'],
    ['https://127.0.0.1/', 'forbidden_address'],
    ['https://2130706433/', 'forbidden_address'],
    ['https://[::1]/', 'forbidden_address'],
    ['https://[::ffff:10.0.0.1]/', 'forbidden_address'],
    ['https://169.254.169.254/latest/meta-data', 'forbidden_address'],
    ['https://example.com:22/', 'forbidden_port'],
    ['https://exa mple.com/', 'has_control_character'],
    ['nonsense', 'not_a_url'],
    ['https://./', 'not_a_url'],
    ['https:\\\\localhost:22', 'forbidden_address'],
    ['https:localhost', 'forbidden_address'],
  ])('cannot have the URL %s, and the response says why without the address', async (url, reason) => {
    const before = api.dump()
    const response = await create({ url })
    expect(response).toMatchObject({ status: 400, body: { code: 'URL_NOT_ALLOWED', details: { reason } } })
    expect(response.body.message).not.toMatch(/127\.0|169\.254|10\.0\.0/)
    expect(api.dump()).toBe(before)
  })

  test.each([
    ['https:\\\\Example.com\\hook', 'https://example.com/hook'],
    ['https://@example.com/hook', 'https://example.com/hook'],
    ['https://EXAMPLE.com/hook', 'https://example.com/hook'],
    ['https://bücher.example/', 'https://xn--bcher-kva.example/'],
  ])(
    'cannot have the URL %s, whose origin is written in another way, and the response gives the form to use',
    async (url, form) => {
      const before = api.dump()
      const response = await create({ url })
      expect(response).toMatchObject({ status: 400, body: { details: { reason: 'not_canonical', form } } })
      expect(response.body.message).toBe(
        `url cannot be used: it must begin with its origin as the URL standard writes it: ${form}.`,
      )
      expect((await create({ url }, { 'accept-language': 'es' })).body.message).toContain(`URL: ${form}.`)
      expect(api.dump()).toBe(before)
      const { id } = (await create({ url: form })).body
      expect((await patch(id, { url })).body.details).toEqual({ reason: 'not_canonical', form })
    },
  )

  test('shows the values of its headers to those only who may write them', async () => {
    const headers = { 'X-Token': 'value-of-the-header', 'X-Other': '2' }
    const { id } = (await create({ url: URL, headers })).body
    const masked = { 'X-Token': '*'.repeat(16), 'X-Other': '*'.repeat(16) }
    const readers = await Promise.all([
      api.makeKey(api.ours.id, ['webhooks:read']),
      api.makeKey(
        api.ours.id,
        WORKSPACE_SCOPES.filter((scope) => scope !== 'webhooks:write'),
      ),
    ])
    for (const key of readers) {
      expect((await api.call({ url: `/v1/webhooks/${id}`, key })).body.headers).toEqual(masked)
      const list = await api.call({ url: '/v1/webhooks?limit=100', key })
      expect(list.text).not.toContain('value-of-the-header')
      expect(list.body.data.find((webhook: { id: string }) => webhook.id === id).headers).toEqual(masked)
    }
    const writer = await api.makeKey(api.ours.id, ['webhooks:read', 'webhooks:write'])
    expect((await api.call({ url: `/v1/webhooks/${id}`, key: writer })).body.headers).toEqual(headers)
    expect((await api.call({ url: `/v1/webhooks/${id}`, key: api.adminKey })).body.headers).toEqual(headers)
  })

  test.each([
    ['whsec_not base64 at all'],
    ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS'],
    ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa-_'],
    ['whsec_MfKQ9r8GKYqrTwj='],
  ])('cannot have the secret %s, with which no library would verify, also not by rotating', async (secret) => {
    const before = api.dump()
    const response = await create({ url: URL, secret })
    expect(response).toMatchObject({ status: 400, body: { details: { issues: [{ path: '/secret' }] } } })
    expect(response.text).not.toContain(secret)
    expect(api.dump()).toBe(before)
    const { id } = (await create({ url: URL, secret: null })).body
    const rotated = await api.call({ method: 'POST', url: `/v1/webhooks/${id}/secret/rotate`, body: { secret } })
    expect(rotated).toMatchObject({ status: 400, body: { details: { issues: [{ path: '/secret' }] } } })
  })

  test.each([
    'Authorization',
    'cookie',
    'Content-Type',
    'webhook-id',
    'X-Supervisor-Event',
    'X-Forwarded-For',
    'Host',
    'Foo',
    '__proto__',
    'X-Bad Name',
  ])('cannot have the header %s, and the response names it', async (name) => {
    const text = `{"url":"${URL}","headers":{"X-Fine":"1","${name}":"x"}}`
    const response = await api.call({ method: 'POST', url: '/v1/webhooks', body: text })
    expect(response).toMatchObject({ status: 400, body: { code: 'HEADER_NOT_ALLOWED', details: { name } } })
    expect(response.body.message).toContain(name)
  })

  test('cannot carry a line break into a header', async () => {
    const response = await create({ url: URL, headers: { 'X-A': 'a\r\nX-B: b' } })
    expect(response).toMatchObject({
      status: 400,
      body: { code: 'HEADER_NOT_ALLOWED', details: { reason: 'bad_value' } },
    })
  })

  test('beyond the limit of the workspace is refused', async () => {
    const as = await apart()
    for (let count = 0; count < LIMIT; count++) {
      expect((await api.call({ ...as, method: 'POST', url: '/v1/webhooks', body: { url: URL } })).status).toBe(201)
    }
    const response = await api.call({ ...as, method: 'POST', url: '/v1/webhooks', body: { url: URL } })
    expect(response).toMatchObject({ status: 409, body: { code: 'WEBHOOK_LIMIT_REACHED', details: { limit: LIMIT } } })
    const pages = [1, 2, 3].map((page) => api.call({ ...as, url: `/v1/webhooks?page=${page}&limit=24` }))
    const [first, second, third] = await Promise.all(pages)
    expect(first?.body.meta).toEqual({ page: 1, limit: 24, total: LIMIT, hasPrevious: false, hasNext: true })
    expect(third?.body.meta).toEqual({ page: 3, limit: 24, total: LIMIT, hasPrevious: true, hasNext: false })
    const ids = [first, second, third].flatMap((page) => page?.body.data.map((webhook: { id: string }) => webhook.id))
    expect(new Set(ids).size).toBe(LIMIT)
  })
})

describe('a secret', () => {
  test('that is left out is whsec_ and 32 characters of base64', async () => {
    const { id, secretPreview } = (await create({ url: URL })).body
    const { secret, previousSecretExpiresAt } = (await api.call({ url: `/v1/webhooks/${id}/secret` })).body
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/)
    expect(secretPreview).toBe(`whsec_${'*'.repeat(16)}${secret.slice(-4)}`)
    expect(previousSecretExpiresAt).toBeNull()
  })

  test('is in no other response, in no row and in no audit entry, and each reveal is audited', async () => {
    const secret = 'my-very-own-secret-1234567890'
    const value = 'header-value-that-is-a-credential'
    const created = await create({ url: URL, secret, headers: { 'X-Token': value } })
    const { id } = created.body
    const listed = await api.call({ url: '/v1/webhooks?limit=100' })
    const changed = await patch(id, { description: 'x' })
    for (const response of [created, listed, changed]) expect(response.text).not.toContain(secret)
    expect(created.body.secretPreview).toBe(`${'*'.repeat(16)}7890`)
    expect((await api.call({ url: `/v1/webhooks/${id}/secret` })).body.secret).toBe(secret)
    for (const hidden of [secret, value]) expect(api.dump()).not.toContain(hidden)
    const log = (
      await api.call({ key: api.adminKey, workspace: null, url: `/v1/audit-log?workspaceId=${api.ours.id}` })
    ).body
    expect(log.data[0]).toMatchObject({ action: 'webhook.secret_revealed', targetId: id, remoteAddress: '127.0.0.1' })
    expect(log.data[1]).toMatchObject({ action: 'webhook.updated', changedFields: ['description'] })
    expect(log.data[2]).toMatchObject({ action: 'webhook.created', changedFields: ['url', 'secret', 'headers'] })
  })

  test('is rotated to a new one, and the previous is valid for the overlap', async () => {
    const { id } = (await create({ url: URL })).body
    const rotate = (body: object) => api.call({ method: 'POST', url: `/v1/webhooks/${id}/secret/rotate`, body })
    const first = (await api.call({ url: `/v1/webhooks/${id}/secret` })).body.secret
    const second = (await rotate({})).body
    expect(second.secret).not.toBe(first)
    const hours = (Date.parse(second.previousSecretExpiresAt) - Date.now()) / 3_600_000
    expect(hours).toBeCloseTo(24, 1)
    const third = (await rotate({ secret: 'chosen-by-the-caller-1', overlapHours: 0 })).body
    expect(third).toEqual({ secret: 'chosen-by-the-caller-1', previousSecretExpiresAt: null })
    // The second one has ended; the first one was promised its 24 hours.
    expect((await api.call({ url: `/v1/webhooks/${id}/secret` })).body).toEqual({
      secret: third.secret,
      previousSecretExpiresAt: second.previousSecretExpiresAt,
    })
    const row = await api.storage.findWebhook(api.ours.id, id)
    expect(row?.previousSecrets.map(({ expiresAt }) => expiresAt)).toEqual([Date.parse(second.previousSecretExpiresAt)])
    const { secretPreview, previousSecretExpiresAt } = (await api.call({ url: `/v1/webhooks/${id}` })).body
    expect([secretPreview, previousSecretExpiresAt]).toEqual([`${'*'.repeat(16)}er-1`, second.previousSecretExpiresAt])
  })

  test('that was replaced can be ended at once, and so can those before it', async () => {
    const { id } = (await create({ url: URL })).body
    const rotate = (body: object) => api.call({ method: 'POST', url: `/v1/webhooks/${id}/secret/rotate`, body })
    await rotate({})
    await rotate({ overlapHours: 0, endPrevious: true })
    expect((await api.call({ url: `/v1/webhooks/${id}/secret` })).body.previousSecretExpiresAt).toBeNull()
    expect((await api.storage.findWebhook(api.ours.id, id))?.previousSecrets).toEqual([])
  })

  test('is refused a rotation when five would sign already, with the time when the first of them ends', async () => {
    const { id } = (await create({ url: URL })).body
    const rotate = (body: object) => api.call({ method: 'POST', url: `/v1/webhooks/${id}/secret/rotate`, body })
    const promised: string[] = []
    for (const overlapHours of [24, 12, 48, 36]) {
      promised.push((await rotate({ overlapHours })).body.previousSecretExpiresAt)
    }
    const { secret } = (await api.call({ url: `/v1/webhooks/${id}/secret` })).body
    expect(await rotate({})).toMatchObject({
      status: 409,
      body: { code: 'SECRET_LIMIT_REACHED', details: { limit: 5, until: promised[1] } },
    })
    expect((await api.call({ url: `/v1/webhooks/${id}/secret` })).body).toEqual({
      secret,
      previousSecretExpiresAt: promised[2],
    })
    expect((await rotate({ overlapHours: 0 })).status).toBe(200)
    expect((await rotate({ endPrevious: true })).status).toBe(200)
    expect((await api.storage.findWebhook(api.ours.id, id))?.previousSecrets).toHaveLength(1)
  })

  test('that is rotated several times at once loses none that was shown', async () => {
    const { id } = (await create({ url: URL })).body
    const first = (await api.call({ url: `/v1/webhooks/${id}/secret` })).body.secret
    const rotate = () => api.call({ method: 'POST', url: `/v1/webhooks/${id}/secret/rotate`, body: {} })
    const responses = await Promise.all([rotate(), rotate(), rotate(), rotate()])
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    const row = await api.storage.findWebhook(api.ours.id, id)
    const shown = [first, ...responses.map(({ body }) => body.secret)]
    const place = { workspaceId: api.ours.id, id }
    const open = (sealed: string, part: 'secret' | 'previous_secret') =>
      api.vault.open(sealed, webhookPlace(part, place))
    const before = (row?.previousSecrets ?? []).map(({ sealed }) => open(sealed, 'previous_secret'))
    expect([open(row?.sealedSecret ?? '', 'secret'), ...before].sort()).toEqual(shown.sort())
  })
})

describe('a subscription', () => {
  test('is created once for a key, listed, switched and deleted', async () => {
    const webhook = (await create({ url: URL })).body
    const url = `/v1/webhooks/${webhook.id}/subscriptions`
    const made = await api.call({ method: 'POST', url, body: { eventKey: 'call.status.updated' } })
    expect(made.status).toBe(201)
    expect(made.body).toEqual({
      id: expect.any(String),
      webhookId: webhook.id,
      eventKey: 'call.status.updated',
      isActive: true,
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    })
    const again = await api.call({ method: 'POST', url, body: { eventKey: 'call.status.updated' } })
    expect(again).toMatchObject({ status: 409, body: { code: 'SUBSCRIPTION_EXISTS' } })
    const one = `${url}/${made.body.id}`
    expect((await api.call({ method: 'PATCH', url: one, body: { isActive: false } })).body.isActive).toBe(false)
    expect((await api.call({ method: 'PATCH', url: one, body: {} })).body.isActive).toBe(false)
    expect((await api.call({ url: `${url}?isActive=true` })).body.meta.total).toBe(0)
    expect((await api.call({ url: `${url}?isActive=false` })).body.data[0].id).toBe(made.body.id)
    expect((await api.call({ url: `${url}` })).body.meta.total).toBe(1)
    expect((await api.call({ method: 'DELETE', url: one })).status).toBe(204)
    expect((await api.call({ url: one })).body.code).toBe('SUBSCRIPTION_NOT_FOUND')
  })

  test('for a key that is not in the catalogue is refused', async () => {
    const { id } = (await create({ url: URL })).body
    const body = { eventKey: 'call.nonsense' }
    const response = await api.call({ method: 'POST', url: `/v1/webhooks/${id}/subscriptions`, body })
    expect(response).toMatchObject({
      status: 400,
      body: { code: 'UNKNOWN_EVENT_TYPE', details: { key: 'call.nonsense' } },
    })
  })

  test('is not reached through another webhook of the same workspace', async () => {
    const [first, second] = [(await create({ url: URL })).body, (await create({ url: URL })).body]
    const body = { eventKey: 'call.error' }
    const made = (await api.call({ method: 'POST', url: `/v1/webhooks/${first.id}/subscriptions`, body })).body
    for (const method of ['GET', 'DELETE'] as const) {
      const response = await api.call({ method, url: `/v1/webhooks/${second.id}/subscriptions/${made.id}` })
      expect(response).toMatchObject({ status: 404, body: { code: 'SUBSCRIPTION_NOT_FOUND' } })
    }
    expect((await api.call({ url: `/v1/webhooks/${NOWHERE}/subscriptions/${made.id}` })).status).toBe(404)
  })
})

async function apart(): Promise<{ key: string; workspace: string }> {
  const made = await api.call({
    method: 'POST',
    url: '/v1/workspaces',
    key: api.adminKey,
    workspace: null,
    body: { name: 'Apart' },
  })
  return { key: api.adminKey, workspace: made.body.id }
}
