// The Model Context Protocol at /mcp, as the official client speaks it: what is offered to whom, and what a call may do.
import { CAPABILITIES } from '@timbre/contract/portal-session.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ApiUnderTest, startApi } from '../testing/test-api.ts'
import { ALLOW_WRITE, addressOf, mcpOf, mcpOverHttp, refusalOf, resultOf } from '../testing/test-mcp.ts'
import { makeThings, NOWHERE } from '../testing/test-requests.ts'
import { makeLink, OWN_PAGE, signIn } from '../testing/test-session.ts'

const READ = [
  'find',
  'explain_failure',
  'statistics',
  'list_calls',
  'list_events',
  'list_deliveries',
  'list_webhooks',
  'list_event_types',
  'show_event_type',
  'diagnose_signature',
]
const SEND = ['send_test', 'retry_delivery', 'preview_replay', 'start_replay']
const RANGE = { since: '2025-01-01T00:00:00Z', until: '2099-01-01T00:00:00Z', only: 'all' }

let api: ApiUnderTest
let things: Record<string, string>
let theirs: Record<string, string>

beforeAll(async () => {
  api = await startApi()
  things = await makeThings(api, { key: api.ours.key, workspace: api.ours.id }, 'ours')
  theirs = await makeThings(api, { key: api.theirs.key, workspace: api.theirs.id }, 'theirs')
})
afterAll(() => api.stop())

const toolsOf = async (client: Awaited<ReturnType<typeof mcpOf>>) =>
  (await client.listTools()).tools.map(({ name }) => name)

describe('what is offered', () => {
  test('is what reads, and says so', async () => {
    const client = await mcpOf(api)
    const { tools } = await client.listTools()
    expect(tools.map(({ name }) => name)).toEqual(READ)
    expect(tools.every(({ annotations }) => annotations?.readOnlyHint === true)).toBe(true)
    expect(tools.every(({ annotations }) => annotations?.destructiveHint === false)).toBe(true)
    expect(client.getInstructions()).toContain('this connection reads only')
    expect(client.getServerVersion()).toMatchObject({ name: 'timbre', version: '0.0.0-test' })
    await client.close()
  })

  test('is also what sends, for a client that asks for it', async () => {
    const client = await mcpOf(api, { headers: ALLOW_WRITE })
    const { tools } = await client.listTools()
    expect(tools.map(({ name }) => name)).toEqual([...READ, ...SEND])
    const sending = tools.filter(({ annotations }) => annotations?.destructiveHint === true)
    expect(sending.map(({ name }) => name)).toEqual(['send_test', 'retry_delivery', 'start_replay'])
    expect(sending.every(({ annotations }) => annotations?.readOnlyHint === false)).toBe(true)
    await client.close()
  })

  test('is what the scopes of a key open, also where a tool is called by its name', async () => {
    const key = await api.makeKey(api.ours.id, ['event-types:read'])
    const client = await mcpOf(api, { key, headers: ALLOW_WRITE })
    expect(await toolsOf(client)).toEqual(['list_event_types', 'show_event_type'])
    expect(await refusalOf(client, 'list_deliveries')).toContain('SCOPE_MISSING')
    const retry = await refusalOf(client, 'retry_delivery', { deliveryId: things['deliveryId'] })
    expect(retry).toContain('SCOPE_MISSING')
    await client.close()
  })

  test('has prompts, and the catalogue as a resource', async () => {
    const client = await mcpOf(api)
    const { prompts } = await client.listPrompts()
    expect(prompts.map(({ name }) => name)).toEqual(['why_did_it_not_arrive', 'review_webhooks'])
    const { messages } = await client.getPrompt({ name: 'why_did_it_not_arrive', arguments: { id: 'call-1' } })
    expect(messages[0]?.content).toMatchObject({ text: expect.stringContaining('"call-1"') })
    await expect(client.getPrompt({ name: 'why_did_it_not_arrive' })).rejects.toThrow('argument is missing')
    const [{ uri = '' } = {}] = (await client.listResources()).resources
    for (const one of [uri, `${uri}/call.completed`]) {
      const [content] = (await client.readResource({ uri: one })).contents
      expect(JSON.stringify(content)).toContain('call.completed')
    }
    expect((await client.listResourceTemplates()).resourceTemplates).toHaveLength(1)
    await expect(client.readResource({ uri: 'timbre://event-types/no.such' })).rejects.toThrow('EVENT_TYPE_NOT_FOUND')
    await expect(client.readResource({ uri: 'file:///etc/passwd' })).rejects.toThrow('no such resource')
    await client.close()
  })
})

describe('what a tool reads', () => {
  test.each([
    ['callId', 'call'],
    ['eventId', 'event'],
    ['deliveryId', 'delivery'],
    ['webhookId', 'webhook'],
    ['subscriptionId', 'subscription'],
    ['replayId', 'replay'],
  ])('find knows a %s', async (name, kind) => {
    const client = await mcpOf(api)
    const found = await resultOf(client, 'find', { id: things[name] })
    expect(found['kind']).toBe(kind)
    await client.close()
  })

  test('each gives what its schema says, with what the API has', async () => {
    const client = await mcpOf(api)
    const calls = (await resultOf(client, 'list_calls'))['calls']
    expect(calls).toMatchObject([{ callId: { untrusted: 'ours' } }])
    expect((await resultOf(client, 'list_events', { callId: 'ours' }))['events']).toHaveLength(2)
    expect((await resultOf(client, 'list_deliveries', { limit: 1 }))['nextCursor']).toEqual(expect.any(String))
    expect((await resultOf(client, 'list_webhooks'))['total']).toBe(2)
    expect(await resultOf(client, 'list_event_types', { limit: 3 })).toMatchObject({ hasNext: true })
    expect(await resultOf(client, 'show_event_type', { key: 'call.completed' })).toMatchObject({ isBuiltIn: true })
    expect(await resultOf(client, 'statistics')).toMatchObject({ webhookId: null })
    expect(await resultOf(client, 'statistics', { webhookId: things['webhookId'], bucket: '1m' })).toBeDefined()
    for (const id of [undefined, things['webhookId'], things['deliveryId'], things['eventId']])
      expect((await resultOf(client, 'explain_failure', id === undefined ? {} : { id }))['verdict']).not.toBe('')
    await client.close()
  })

  test('a cursor goes on where the page before ended', async () => {
    const client = await mcpOf(api)
    const first = await resultOf(client, 'list_events', { limit: 1 })
    const second = await resultOf(client, 'list_events', { limit: 1, after: first['nextCursor'] })
    expect(second['events']).not.toEqual(first['events'])
    expect(await refusalOf(client, 'list_events', { after: 'x' })).toContain('INVALID_CURSOR')
    await client.close()
  })

  test('a signature is diagnosed with a secret that is nowhere shown, and noted', async () => {
    const client = await mcpOf(api)
    const { body } = await api.call({ url: `/v1/webhooks/${things['webhookId']}/secret` })
    const headers = { 'webhook-id': 'evt_1', 'webhook-timestamp': '1', 'webhook-signature': 'v1,AAAA' }
    const given = { webhookId: things['webhookId'], headers, body: '{}' }
    const result = await resultOf(client, 'diagnose_signature', given)
    expect(result).toMatchObject({ verifies: false, cause: expect.any(String) })
    expect(JSON.stringify(result)).not.toContain(body.secret)
    const { body: log } = await api.call({ url: '/v1/audit-log?limit=1', key: api.adminKey, workspace: null })
    expect(log.data[0]).toMatchObject({ action: 'webhook.secret_revealed', targetId: things['webhookId'] })
    await client.close()
  })

  test('says which argument is wrong, and changes nothing', async () => {
    const client = await mcpOf(api)
    expect(await refusalOf(client, 'list_deliveries', { limit: 1000 })).toContain('/limit')
    expect(await refusalOf(client, 'list_deliveries', { webhook: 'x' })).toContain('not valid')
    expect(await refusalOf(client, 'find', { id: 'nothing' })).toContain('Nothing in this workspace')
    expect(await refusalOf(client, 'find', { id: '..' })).toContain('Nothing in this workspace')
    expect(await refusalOf(client, 'explain_failure', { id: 'call-1' })).toContain('For a call, use find')
    expect(await refusalOf(client, 'list_events', { since: 'yesterday' })).toContain('INVALID_INPUT')
    await expect(client.callTool({ name: 'drop_tables' })).rejects.toThrow('There is no tool')
    await client.close()
  })
})

describe("another workspace's things", () => {
  /** The id is the caller's own word. */
  const without = (text: string, id: string | undefined) => text.replaceAll(String(id), 'ID')

  test('are not there, whatever the tool', async () => {
    const client = await mcpOf(api, { headers: ALLOW_WRITE })
    const before = api.dump()
    const tried = async (name: string, input: (ids: Record<string, string>) => Record<string, unknown>) => {
      const [there, nowhere] = [input(theirs), input(NOWHERE)]
      const refused = await refusalOf(client, name, there)
      const idOf = (given: Record<string, unknown>) => String(Object.values(given)[0])
      const absent = without(await refusalOf(client, name, nowhere), idOf(nowhere))
      expect(without(refused, idOf(there)), name).toBe(absent)
    }
    for (const name of ['callId', 'eventId', 'deliveryId', 'webhookId', 'subscriptionId', 'replayId'])
      await tried('find', (ids) => ({ id: ids[name] }))
    for (const name of ['eventId', 'deliveryId', 'webhookId'])
      await tried('explain_failure', (ids) => ({ id: ids[name] }))
    await tried('statistics', (ids) => ({ webhookId: ids['webhookId'] }))
    await tried('show_event_type', (ids) => ({ key: ids['key'] }))
    await tried('diagnose_signature', (ids) => ({ webhookId: ids['webhookId'], headers: {}, body: '' }))
    await tried('send_test', (ids) => ({ webhookId: ids['webhookId'], eventKey: 'call.completed' }))
    await tried('retry_delivery', (ids) => ({ deliveryId: ids['deliveryId'] }))
    await tried('preview_replay', (ids) => ({ webhookId: ids['webhookId'], ...RANGE }))
    expect((await resultOf(client, 'list_events', { callId: 'theirs' }))['events']).toEqual([])
    expect((await resultOf(client, 'list_deliveries', { webhookId: theirs['webhookId'] }))['deliveries']).toEqual([])
    expect(JSON.stringify(await resultOf(client, 'list_webhooks'))).not.toContain(theirs['webhookId'])
    expect(api.dump()).toBe(before)
    await client.close()
  })

  test('are not reached by naming their workspace', async () => {
    await expect(mcpOf(api, { id: api.theirs.id })).rejects.toThrow('WORKSPACE_FORBIDDEN')
  })
})

describe('what a tool sends', () => {
  test('is nothing where it was not asked for', async () => {
    const client = await mcpOf(api)
    const before = api.counts()
    for (const name of SEND) expect(await refusalOf(client, name, {})).toContain('x-timbre-allow-write: true')
    expect(api.counts()).toEqual(before)
    await client.close()
  })

  test('is a retry, and an attempt that says how the receiver answered', async () => {
    const client = await mcpOf(api, { headers: ALLOW_WRITE })
    const test = await resultOf(client, 'send_test', { webhookId: things['webhookId'], eventKey: 'call.completed' })
    expect(test).toMatchObject({ delivered: false, attempt: { outcome: expect.any(String) } })
    const { delivery } = await resultOf(client, 'retry_delivery', { deliveryId: test['deliveryId'] })
    expect(delivery).toMatchObject({ deliveryId: test['deliveryId'] })
    await client.close()
  })

  test('is a replay only as it was previewed, by the same key, and once', async () => {
    const client = await mcpOf(api, { headers: ALLOW_WRITE })
    const replay = { webhookId: things['webhookId'], ...RANGE }
    const { previewToken } = await resultOf(client, 'preview_replay', replay)
    const start = (input: object) => refusalOf(client, 'start_replay', { ...replay, ...input })
    const before = api.counts()
    expect(await start({})).toContain('previewToken')
    expect(await start({ previewToken: 'yes' })).toContain('Call preview_replay')
    expect(await start({ previewToken, since: '2024-01-01T00:00:00Z' })).toContain('Call preview_replay')
    expect(await start({ previewToken, only: 'missing' })).toContain('Call preview_replay')
    const key = await api.makeKey(api.ours.id, ['webhooks:read', 'webhooks:write'])
    const colleague = await mcpOf(api, { key, headers: ALLOW_WRITE })
    expect(await refusalOf(colleague, 'start_replay', { ...replay, previewToken })).toContain('Call preview_replay')
    expect(api.counts()['replays']).toBe(before['replays'])
    const started = await resultOf(client, 'start_replay', { ...replay, previewToken })
    expect(await resultOf(client, 'start_replay', { ...replay, previewToken })).toEqual(started)
    expect(api.counts()['replays']).toBe(Number(before['replays']) + 1)
    await Promise.all([client.close(), colleague.close()])
  })

  test('is nothing where the operator has not allowed it', async () => {
    const reading = await startApi({ mcp: 'read' })
    const client = await mcpOf(reading, { headers: ALLOW_WRITE })
    expect(await toolsOf(client)).toEqual(READ)
    expect(await refusalOf(client, 'send_test', {})).toContain('The operator of this server has not allowed it')
    await client.close()
    await reading.stop()
  })
})

describe('a portal session', () => {
  const sessionOf = async (capabilities: readonly string[]) => {
    const { link } = await makeLink(api, { capabilities })
    const portalToken = link.slice(link.indexOf('#') + 1)
    const { cookie, csrfToken } = await signIn(api, { portalToken })
    const address = await addressOf(api)
    return { address, headers: { cookie, 'x-csrf-token': csrfToken, origin: address, ...OWN_PAGE } }
  }

  test('has the tools that its capabilities open, in its workspace', async () => {
    const { address, headers } = await sessionOf(['view', 'retry'])
    const client = await mcpOverHttp(address, { ...headers, ...ALLOW_WRITE })
    expect(await toolsOf(client)).toEqual([...READ.filter((name) => name !== 'diagnose_signature'), 'retry_delivery'])
    expect((await resultOf(client, 'list_events', { callId: 'ours' }))['events']).toHaveLength(2)
    expect((await resultOf(client, 'list_events', { callId: 'theirs' }))['events']).toEqual([])
    expect(await refusalOf(client, 'preview_replay', { webhookId: things['webhookId'], ...RANGE })).toContain(
      'CAPABILITY_MISSING',
    )
    const { delivery } = await resultOf(client, 'retry_delivery', { deliveryId: things['deliveryId'] })
    expect(delivery).toBeDefined()
    await client.close()
  })

  test('needs its token, and a page of this installation', async () => {
    const { address, headers } = await sessionOf([...CAPABILITIES])
    const { 'x-csrf-token': _, ...withoutToken } = headers
    await expect(mcpOverHttp(address, withoutToken)).rejects.toThrow('CSRF_TOKEN_INVALID')
    await expect(mcpOverHttp(address, { ...headers, origin: 'https://evil.example' })).rejects.toThrow(
      'ORIGIN_FORBIDDEN',
    )
  })
})

describe('the path', () => {
  const PING = { jsonrpc: '2.0', id: 1, method: 'ping' }
  const accept = 'application/json, text/event-stream'
  const post = (change: object) => api.call({ method: 'POST', url: '/mcp', body: PING, headers: { accept }, ...change })

  test('answers a message without a session, and a notification with nothing', async () => {
    expect(await post({})).toMatchObject({ status: 200, body: { jsonrpc: '2.0', id: 1, result: {} } })
    const body = { jsonrpc: '2.0', method: 'notifications/initialized' }
    expect(await post({ body })).toMatchObject({ status: 202, text: '' })
  })

  test.each([
    ['no key', { key: null }, 401, 'API_KEY_REQUIRED'],
    ['a wrong key', { key: 'sk_live_wrong' }, 401, 'API_KEY_INVALID'],
    ['no workspace', { workspace: null }, 400, 'WORKSPACE_REQUIRED'],
    ['a page of elsewhere', { headers: { accept, origin: 'https://evil.example' } }, 403, 'ORIGIN_FORBIDDEN'],
    [
      'a page whose name was pointed here',
      { headers: { accept, origin: 'http://evil.example', host: 'evil.example' } },
      403,
      'ORIGIN_FORBIDDEN',
    ],
    ['a batch', { body: [PING, PING] }, 400, 'INVALID_INPUT'],
    ['no JSON', { body: '{' }, 400, 'INVALID_JSON'],
    ['too much', { body: `"${'x'.repeat(70_000)}"` }, 413, 'BODY_TOO_LARGE'],
  ])('refuses %s', async (_, change, status, code) => {
    expect(await post(change)).toMatchObject({ status, body: { code } })
  })

  test('refuses what is no message, another version, and whoever does not take the response, as the protocol says', async () => {
    expect(await post({ body: { hello: 1 } })).toMatchObject({ status: 400, body: { jsonrpc: '2.0', error: {} } })
    const version = { accept, 'mcp-protocol-version': '1999-01-01' }
    expect(await post({ headers: version })).toMatchObject({ status: 400, body: { jsonrpc: '2.0' } })
    expect(await post({ headers: { accept: 'text/html' } })).toMatchObject({ status: 406 })
  })

  test.each(['GET', 'DELETE', 'HEAD'] as const)('takes no %s: there is no session', async (method) => {
    const response = await api.call({ method, url: '/mcp' })
    expect([response.status, response.headers['allow']]).toEqual([405, 'POST'])
  })

  test('is not there where it is off', async () => {
    const without = await startApi({ mcp: 'off' })
    expect(await without.call({ method: 'POST', url: '/mcp', body: PING })).toMatchObject({ status: 404 })
    await without.stop()
  })

  test('counts each message and each call of a tool for the limits of the workspace', async () => {
    const limits = { publish: 0, read: 1, manage: 0, test: 0 }
    const door = { connections: 100, connectionsPerAddress: 100, trustedProxies: [], failedCredentialsPerMinute: 0 }
    const limited = await startApi({ frontDoor: { ...door, requestsPerSecond: limits } })
    const call = { ...PING, method: 'tools/call', params: { name: 'list_events', arguments: {} } }
    const ask = () => limited.call({ method: 'POST', url: '/mcp', body: call, headers: { accept } })
    const responses = []
    for (let nth = 0; nth < 6; nth++) responses.push(await ask())
    // Ten at once, of which each message and its call take two.
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429])
    expect(responses[5]).toMatchObject({ headers: { 'retry-after': '1' } })
    await limited.stop()
  })
})
