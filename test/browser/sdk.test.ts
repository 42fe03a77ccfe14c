// The SDK in a page of another origin: it streams deliveries and pulls events, and both go on by themselves when the server is killed.
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TcpProxy } from '../support/tcp-proxy.ts'
import { TimbreProcess } from '../support/timbre-process.ts'
import { until } from '../support/until.ts'
import { hasBrowser, launchBrowser } from './browser.ts'

const SDK = fileURLToPath(new URL('../../sdk/src/index.ts', import.meta.url))
const EVENTS = 60
/** What the page does, with what the address says behind its `#`. */
const PROGRAM = `
import { createClient } from './sdk.js'
const { webhookId, ...options } = JSON.parse(decodeURIComponent(location.hash.slice(1)))
const client = createClient(options)
const stop = new AbortController()
const { signal } = stop
const seen = { opened: 0, breaks: 0, streamed: [], pulled: [], faults: [] }
const fault = (error) => signal.aborted || seen.faults.push(String(error))
async function stream() {
  const told = { signal, onOpen: () => seen.opened++, onBreak: () => seen.breaks++ }
  for await (const item of client.deliveries.stream({}, told))
    seen.streamed.push(item.type === 'gap' ? 'gap' : item.delivery.eventId + ' ' + item.delivery.attempts)
}
async function pull() {
  for await (const { body } of client.webhooks.pull(webhookId, { max: 4, signal })) seen.pulled.push(JSON.parse(body).id)
}
const ended = Promise.all([stream().catch(fault), pull().catch(fault)])
Object.assign(window, { seen, end: () => (stop.abort(), ended.then(() => seen)) })
`

interface Seen {
  readonly opened: number
  readonly breaks: number
  readonly streamed: readonly string[]
  readonly pulled: readonly string[]
  readonly faults: readonly string[]
}

const isThere = hasBrowser()
let browser: Browser
let pages: Server
let timbre: TimbreProcess
let proxy: TcpProxy

beforeAll(async () => {
  if (!isThere) return
  pages = await servePage()
  timbre = await new TimbreProcess({ settings: { TIMBRE_CORS_ORIGINS: originOf(pages) } }).start()
  proxy = await new TcpProxy(Number(new URL(timbre.address).port)).start()
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser?.close()
  await proxy?.stop()
  await timbre?.destroy()
  pages?.close()
})

async function servePage(): Promise<Server> {
  const { outputFiles } = await build({
    entryPoints: [SDK],
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    write: false,
  })
  const files: Readonly<Record<string, readonly [type: string, text: string]>> = {
    '/': ['text/html', `<!doctype html><title>A customer's page</title><script type="module">${PROGRAM}</script>`],
    '/sdk.js': ['text/javascript', outputFiles[0]?.text ?? ''],
  }
  const server = createServer(({ url = '' }, response) => {
    const [type, text] = files[url] ?? ['text/plain', '']
    response.writeHead(200, { 'content-type': type }).end(text)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}` // a TCP server has one
}

const seenOn = (page: Page) => page.evaluate(() => (globalThis as unknown as { readonly seen: Seen }).seen)

async function publish(from: number, to: number): Promise<void> {
  for (let nth = from; nth < to; nth++)
    await timbre.client().events.publish({ type: 'call.completed', id: `evt_${nth}`, data: { call_id: 'c' } })
}

describe.runIf(isThere)('the SDK in a page of another origin', () => {
  test('streams and pulls every event once, and goes on by itself when the server is killed', async () => {
    const { workspaceId, apiKey } = timbre
    const { id: webhookId } = await timbre.client().webhooks.create({ kind: 'pull', eventKeys: ['call.completed'] })
    const page = await (await browser.newContext()).newPage()
    const told = { baseUrl: `http://127.0.0.1:${proxy.port}`, workspaceId, apiKey, webhookId }
    await page.goto(`${originOf(pages)}/#${encodeURIComponent(JSON.stringify(told))}`)
    await until(
      () => seenOn(page),
      ({ opened }) => opened === 1,
      60_000,
    )
    await publish(0, EVENTS / 2)
    await until(
      () => seenOn(page),
      ({ pulled }) => pulled.length > 0,
      60_000,
    )
    await timbre.kill()
    await timbre.start()
    proxy.target = Number(new URL(timbre.address).port)
    await publish(EVENTS / 2, EVENTS)
    await until(
      () => seenOn(page),
      ({ streamed, pulled }) => pulled.length >= EVENTS && streamed.length >= 2 * EVENTS,
      60_000,
    )
    const seen = await page.evaluate(() => (globalThis as unknown as { end(): Promise<Seen> }).end())
    const ids = Array.from({ length: EVENTS }, (_, nth) => `evt_${nth}`)
    expect(seen.faults).toEqual([])
    expect(seen.pulled.toSorted()).toEqual(ids.toSorted())
    expect(seen.streamed.toSorted()).toEqual(ids.flatMap((id) => [`${id} 0`, `${id} 1`]).toSorted())
    expect(seen.breaks).toBeGreaterThan(0)
    expect(seen.opened).toBeGreaterThan(1)
  })
})
