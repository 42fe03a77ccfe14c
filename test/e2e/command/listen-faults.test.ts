// `timbre listen` under load, over a network that cuts, delays and falls silent, with the listener stopped and killed and the
// server restarted: every event comes once or is marked as a repeat, in the order of its call, and verifies.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import { Webhook as SvixWebhook } from 'svix'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { TcpProxy } from '../../support/tcp-proxy.ts'
import { TimbreProcess } from '../../support/timbre-process.ts'
import { until } from '../../support/until.ts'

const COMMAND = fileURLToPath(new URL('../../../cli/bin/timbre.mjs', import.meta.url))
const CALLS = 12
/** Published and not received yet: the listener always has work. */
const OUTSTANDING_MAX = 120
/** Slower than what is published, so that a listener that is stopped holds several. */
const ANSWER_MS = 15
/** Longer than a lease of the listener. */
const STOPPED_MS = 35_000
const SOON_MS = 120_000

interface Got {
  readonly eventId: string
  readonly callId: string
  readonly nth: number
}

interface Told {
  readonly kind: string
  readonly eventId?: string
  readonly isRepeat?: boolean
}

const timbre = new TimbreProcess()
const got: Got[] = []
const told: Told[] = []
const unverified: string[] = []
const children: ChildProcess[] = []
let secret = ''
let proxy: TcpProxy
let isPublishing = true
const published: string[] = []

const receiver = createServer(async (request, response) => {
  let body = ''
  for await (const chunk of request.setEncoding('utf8')) body += chunk
  const headers = request.headers as Record<string, string>
  try {
    for (const library of [new StandardWebhook(secret), new SvixWebhook(secret)]) library.verify(body, headers)
  } catch (error) {
    unverified.push(`${headers['webhook-id']}: ${error}`)
  }
  const { id, data } = JSON.parse(body)
  got.push({ eventId: id, callId: data.call_id, nth: data.nth })
  await pause(ANSWER_MS)
  response.end('thanks')
})

beforeAll(async () => {
  await timbre.start()
  receiver.listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  proxy = await new TcpProxy(Number(new URL(timbre.address).port)).start()
})
afterAll(async () => {
  isPublishing = false
  for (const child of children) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
  receiver.closeAllConnections()
  receiver.close()
  await proxy.stop()
  await timbre.destroy()
})

/** A listener behind the proxy. What it printed when it was killed is whole: a pipe takes each line at once. */
async function listener(): Promise<ChildProcess> {
  const { port } = receiver.address() as AddressInfo // it listens on TCP
  const args = ['listen', '--forward-to', `http://127.0.0.1:${port}/hook`, '--as', 'desk', '--events', 'call.completed']
  const child = spawn(process.execPath, [COMMAND, ...args, '--json', '--print-secret'], {
    env: {
      PATH: process.env['PATH'],
      TIMBRE_BASE_URL: `http://127.0.0.1:${proxy.port}`,
      TIMBRE_WORKSPACE_ID: timbre.workspaceId,
      TIMBRE_API_KEY: timbre.apiKey,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  let rest = ''
  let isReady = false
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const value = JSON.parse(line)
      if (value.kind === 'listening') {
        secret = value.secret
        isReady = true
      }
      told.push(value)
    }
  })
  await until(
    async () => isReady,
    (ready) => ready,
    SOON_MS,
  )
  return child
}

/** Until it is told to end; each event again and again until it is accepted, so that none of a call overtakes another. */
async function publish(): Promise<void> {
  for (let nth = 0; isPublishing; nth++) {
    const id = `evt_${nth}`
    const event = { id, type: 'call.completed', data: { call_id: `call-${nth % CALLS}`, nth } }
    while (isPublishing && published.length - new Set(got.map(({ eventId }) => eventId)).size > OUTSTANDING_MAX)
      await pause(20)
    for (;;) {
      const isAccepted = await timbre
        .client({ retry: { maxRetries: 0 } })
        .events.publish(event)
        .then(
          () => true,
          () => false,
        )
      if (isAccepted) break
      await pause(20)
    }
    published.push(id)
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const distinct = () => new Set(got.map(({ eventId }) => eventId)).size

/** So many more than there are now. */
async function moreArrive(count = 60): Promise<void> {
  const before = distinct()
  await until(
    async () => distinct() - before,
    (more) => more >= count,
    SOON_MS,
  )
}

const tells = (kind: string, from: number) =>
  until(
    async () => told.slice(from),
    (news) => news.some((one) => one.kind === kind),
    SOON_MS,
  )

async function restart(end: () => Promise<unknown>): Promise<void> {
  await end()
  await timbre.start()
  proxy.target = Number(new URL(timbre.address).port)
}

test('nothing is lost, out of order, unmarked or unverified, whatever happens to network, listener and server', async () => {
  let child = await listener()
  const client = timbre.client()
  const [webhook] = (await client.webhooks.list()).data
  // What failed comes again soon: the test is not about the schedule.
  await client.webhooks.update(webhook?.id ?? '', { retrySchedule: [0, 1, 1, 1, 1, 1, 1, 1, 1, 1] })
  const publisher = publish()
  await moreArrive()

  for (let cuts = 0; cuts < 5; cuts++) {
    proxy.cut()
    await moreArrive(20)
  }

  proxy.delayMs = 150
  await moreArrive()
  proxy.cut()
  await moreArrive()
  proxy.delayMs = 0

  const beforeSilence = told.length
  proxy.freeze()
  await tells('server_away', beforeSilence)
  await tells('server_back', beforeSilence)
  await moreArrive()

  child.kill('SIGSTOP')
  const second = await listener()
  await moreArrive()
  await pause(STOPPED_MS)
  child.kill('SIGCONT')
  await moreArrive()

  second.kill('SIGKILL')
  child.kill('SIGKILL')
  child = await listener()
  await moreArrive()

  await restart(() => timbre.kill())
  await moreArrive()
  await restart(() => timbre.stop())
  await moreArrive()

  isPublishing = false
  await publisher
  await until(
    async () => distinct(),
    (count) => count === published.length,
    SOON_MS,
  )
  const open = await until(
    async () => (await timbre.client().webhooks.stats(webhook?.id ?? '')).backlog.pending,
    (pending) => pending === 0,
    SOON_MS,
  )
  expect(open).toBe(0)
  const ended = once(child, 'exit')
  child.kill('SIGINT')
  expect(await ended).toEqual([0, null])

  expect(unverified).toEqual([])
  const inOrder = Array.from({ length: CALLS }, (_, call) => got.filter(({ callId }) => callId === `call-${call}`))
  // One that comes again comes before the next of its call.
  for (const ofCall of inOrder)
    expect(ofCall.map(({ nth }) => nth)).toEqual(ofCall.map(({ nth }) => nth).sort((a, b) => a - b))
  const forwards = told.filter(({ kind }) => kind === 'forwarded')
  const count = (list: readonly { readonly eventId?: string }[]) =>
    list.reduce(
      (counts, { eventId = '' }) => counts.set(eventId, (counts.get(eventId) ?? 0) + 1),
      new Map<string, number>(),
    )
  const unmarked = [...count(forwards.filter(({ isRepeat }) => isRepeat === false))].filter(([, times]) => times > 1)
  expect(unmarked).toEqual([])
  // A listener that is killed may have forwarded one that it could not tell of any more.
  const [requests, lines] = [count(got), count(forwards)]
  const untold = [...requests].flatMap(([eventId, times]) => {
    const missing = times - (lines.get(eventId) ?? 0)
    return missing === 0 ? [] : [missing]
  })
  expect(untold.every((missing) => missing === 1)).toBe(true)
  expect(untold.length).toBeLessThanOrEqual(2)
  process.stdout.write(
    `${published.length} events, ${got.length - published.length} came again, all marked; ${told.filter(({ kind }) => kind === 'server_away').length} times away.\n`,
  )
}, 600_000)
