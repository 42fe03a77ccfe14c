// `timbre mcp`, driven by the official client over standard input and output, against a real server and a real receiver.
import { fileURLToPath } from 'node:url'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runTimbre } from '../support/run-timbre.ts'
import { TimbreProcess } from '../support/timbre-process.ts'
import { until } from '../support/until.ts'
import { CommandLine } from './command/command-line.ts'
import { ReceiverOfOne } from './command/receiver-of-one.ts'

const COMMAND = fileURLToPath(new URL('../../cli/bin/timbre.mjs', import.meta.url))
const timbre = new TimbreProcess()
const receiver = new ReceiverOfOne()
const clients: Client[] = []
let line: CommandLine
let webhookId: string
let eventId: string

beforeAll(async () => {
  await Promise.all([timbre.start(), receiver.start()])
  line = await CommandLine.on(timbre)
  const client = clientOfLine()
  webhookId = (await client.webhooks.create({ url: receiver.url, eventKeys: ['call.completed'] })).id
  eventId = (await client.events.publish({ type: 'call.completed', data: { call_id: 'call-1' } })).id
  await until(
    () => client.webhooks.listDeliveries(webhookId),
    ({ data }) => data[0]?.status === 'success',
  )
})
afterAll(async () => {
  await Promise.all(clients.map((client) => client.close()))
  line.remove()
  receiver.stop()
  await timbre.destroy()
})

function clientOfLine() {
  const { TIMBRE_WORKSPACE_ID: workspaceId = '', TIMBRE_API_KEY: apiKey = '' } = line.env
  return timbre.client({ workspaceId, apiKey })
}

interface Started {
  readonly client: Client
  call(name: string, input?: Record<string, unknown>): Promise<CallToolResult>
}

async function start(args: readonly string[] = [], settings: Readonly<Record<string, string>> = {}): Promise<Started> {
  const env = { PATH: process.env['PATH'] ?? '', ...line.env, ...settings }
  const transport = new StdioClientTransport({ command: process.execPath, args: [COMMAND, 'mcp', ...args], env })
  const client = new Client({ name: 'a test', version: '0' })
  await client.connect(transport)
  clients.push(client)
  // It holds each result to the schema that the list has of it.
  await client.listTools()
  const call = async (name: string, input: Record<string, unknown> = {}) =>
    (await client.callTool({ name, arguments: input })) as CallToolResult // not one of the protocol of 2024
  return { client, call }
}

describe('timbre mcp', () => {
  test('finds what happened to a call, and offers nothing that sends', async () => {
    const { client, call } = await start()
    const { tools } = await client.listTools()
    expect(tools.every(({ annotations }) => annotations?.readOnlyHint === true)).toBe(true)
    const { structuredContent } = await call('find', { id: 'call-1' })
    expect(structuredContent).toMatchObject({
      kind: 'call',
      call: { callId: { untrusted: 'call-1' }, events: [{ eventId, deliveries: [{ status: 'success' }] }] },
    })
    const refused = await call('send_test', { webhookId, eventKey: 'call.completed' })
    expect(refused).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('--allow-write') }] })
    expect(client.getServerVersion()?.version).toMatch(/^\d+\.\d+\.\d+$/)
  })

  test('sends with --allow-write: a test, a retry, and a replay that this very process has previewed', async () => {
    const { call } = await start(['--allow-write'])
    const sent = await call('send_test', { webhookId, eventKey: 'call.completed' })
    expect(sent.structuredContent).toMatchObject({ delivered: true, attempt: { responseStatus: 200 } })
    const deliveryId = sent.structuredContent?.['deliveryId']
    expect(await call('retry_delivery', { deliveryId })).toMatchObject({
      structuredContent: { delivery: { deliveryId } },
    })
    const range = { webhookId, since: '2025-01-01T00:00:00Z', until: '2099-01-01T00:00:00Z', only: 'all' }
    const { structuredContent: preview } = await call('preview_replay', range)
    const { previewToken } = preview as { previewToken: string }
    const other = await start(['--allow-write'])
    expect(await other.call('start_replay', { ...range, previewToken })).toMatchObject({ isError: true })
    const started = await call('start_replay', { ...range, previewToken })
    expect(started.structuredContent).toMatchObject({ replay: { webhookId: expect.stringMatching(/^wh_/) } })
  })

  test('goes by the scopes of its key, whatever it was started with', async () => {
    const { key = '' } = await clientOfLine().apiKeys.create({ name: 'Reads', scopes: ['webhooks:read'] })
    const { call } = await start(['--allow-write'], { TIMBRE_API_KEY: key })
    expect(await call('list_webhooks')).toMatchObject({ structuredContent: { total: 1 } })
    const refused = await call('send_test', { webhookId, eventKey: 'call.completed' })
    expect(refused).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('SCOPE_MISSING') }] })
  })

  test('says in a tool that the server does not answer, and goes on', async () => {
    const { call } = await start(['--base-url', 'http://127.0.0.1:1'])
    for (let nth = 0; nth < 2; nth++) {
      const refused = await call('list_webhooks')
      expect(refused).toMatchObject({
        isError: true,
        content: [{ text: expect.stringContaining('CONNECTION_FAILED') }],
      })
    }
  })

  test('ends with its client, and without a key it does not begin', async () => {
    expect(await line.run(['mcp'])).toEqual({ code: 0, stdout: '', stderr: '' })
    const { code, stdout, stderr } = await runTimbre(['mcp'], { HOME: line.folder, XDG_CONFIG_HOME: line.folder })
    expect([code, stdout]).toEqual([5, ''])
    expect(stderr).toContain('There is no API key')
  })
})
