// Owns what pages.test.ts cannot see: the JSON of the guides, tried on a server, and that no block of a guide is left out of all tests.
import { readFileSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { EventTypeCreate } from '@timbre/contract/event-type.ts'
import Value from 'typebox/value'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runTimbre } from '../support/run-timbre.ts'
import { scratchFolder } from '../support/scratch.ts'
import { TimbreProcess } from '../support/timbre-process.ts'
import { codeBlocks, stepsIn } from './code-blocks.ts'
import { LANGUAGES } from './languages.ts'
import { PAGES } from './page-list.ts'

const read = (page: string) => readFileSync(fileURLToPath(new URL(`../../${page}`, import.meta.url)), 'utf8')
const jsonIn = (page: string) => stepsIn(read(page), 'json').map(({ text }) => JSON.parse(text))
const timbre = new TimbreProcess()
const folder = scratchFolder()
beforeAll(() => timbre.start())
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await timbre.destroy()
})

describe('the guides', () => {
  test('show an event type of your own that is taken, and whose example is', async () => {
    const [type] = jsonIn('docs/guides/event-types.md')
    if (!Value.Check(EventTypeCreate, type)) throw new Error('The block is no event type.')
    const client = timbre.client()
    const { key, example } = await client.eventTypes.create(type)
    const data = Object(example) as Record<string, unknown> // an object, as the schema of the type says
    expect(await client.events.publish({ type: key, data })).toMatchObject({ type: key, deliveryCount: 0 })
    await expect(client.events.publish({ type: key, data: { ...data, total: 0.001 } })).rejects.toMatchObject({
      code: 'INVALID_EVENT_DATA',
    })
  })

  test('show the response of an event that nobody gets with the members that it has', async () => {
    const [shown] = jsonIn('docs/guides/why-was-it-not-delivered.md')
    const client = timbre.client()
    const agentId = '3f8b1c52-6d0e-4b7a-9c41-2a5e7d90f813'
    await client.webhooks.create({ url: 'https://example.com/a', agentId, eventKeys: ['call.completed'] })
    await client.webhooks.create({ url: 'https://example.com/b' })
    const answer = await client.events.publish({ type: 'call.completed', data: { call_id: 'c' } })
    expect(Object.keys(answer)).toEqual(Object.keys(shown))
    expect(answer.skipped?.map(({ reason }) => reason)).toEqual(
      shown.skipped.map(({ reason }: { reason: string }) => reason),
    )
  })

  test('show a file for timbre apply that makes what it says, once', async () => {
    const [block] = stepsIn(read('docs/guides/command-line.md'), 'yaml')
    const connection = {
      TIMBRE_BASE_URL: timbre.address,
      TIMBRE_WORKSPACE_ID: timbre.workspaceId,
      TIMBRE_API_KEY: timbre.apiKey,
    }
    const apply = () => runTimbre(['apply', '-'], connection, block?.text)
    expect(await apply()).toMatchObject({ code: 0, stdout: expect.stringContaining('+ webhook crm') })
    expect(await apply()).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing to do') })
  })

  test('show configurations of clients that start what they say', async () => {
    const settings = { HOME: folder, XDG_CONFIG_HOME: folder }
    const login = ['login', '--base-url', timbre.address, '--workspace-id', timbre.workspaceId]
    expect(await runTimbre(login, settings, timbre.apiKey)).toMatchObject({ code: 0 })
    const servers = jsonIn('docs/guides/agents-with-mcp.md').map(({ mcpServers }) => mcpServers.timbre)
    expect(servers).toHaveLength(3)
    const ping = `${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' })}\n`
    for (const { args, env = {}, url } of servers) {
      if (url !== undefined) expect(new URL(url).pathname).toBe('/mcp')
      else {
        const [yes, name, ...command] = args
        expect([yes, name]).toEqual(['-y', '@getsupervisor/timbre'])
        // A header of HTTP has no ellipsis.
        const shown = Object.fromEntries(
          Object.entries(env).map(([key, value]) => [key, String(value).replace('…', '')]),
        )
        const ended = await runTimbre(command, { ...settings, ...shown }, ping)
        expect([ended.code, ended.stderr]).toEqual([0, ''])
        expect(JSON.parse(ended.stdout)).toEqual({ jsonrpc: '2.0', id: 1, result: {} })
      }
    }
  })

  test('have no block that no test looks at', () => {
    // sh: started by npm-start.test.ts, first-webhook.test.ts and the shell of pages.test.ts.
    const tested = ['ts', 'bash', 'text', 'json', 'yaml', 'sh', ...LANGUAGES.map(({ fence }) => fence)]
    for (const page of PAGES.filter((name) => name.startsWith('docs/guides/')))
      for (const { language, line } of codeBlocks(read(page)))
        expect(tested, `${page}, line ${line}`).toContain(language)
  })
})
