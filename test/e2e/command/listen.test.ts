// Events of a server on a machine without a URL: forwarded as they are, kept while nobody listens, and in order when somebody does.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { verifySignature } from '@getsupervisor/agents-studio-sdk/receiver'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { TimbreProcess } from '../../support/timbre-process.ts'
import { until } from '../../support/until.ts'
import { CommandLine } from './command-line.ts'
import { ReceiverOfOne } from './receiver-of-one.ts'

const COMMAND = fileURLToPath(new URL('../../../cli/bin/timbre.mjs', import.meta.url))
const timbre = new TimbreProcess()
const receiver = new ReceiverOfOne()
const children: ChildProcess[] = []
let line: CommandLine
beforeAll(async () => {
  await Promise.all([timbre.start(), receiver.start()])
  line = await CommandLine.on(timbre)
})
afterAll(async () => {
  for (const child of children) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
  line.remove()
  receiver.stop()
  await timbre.destroy()
})

async function listening(args: readonly string[] = [], on = line) {
  const all = ['listen', '--forward-to', receiver.url, '--as', 'desk', ...args]
  const child = spawn(process.execPath, [COMMAND, ...all], {
    env: { PATH: process.env['PATH'], ...on.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)))
  await until(
    async () => output,
    (text) => text.includes('Listening as desk'),
    60_000,
  )
  const end = async (): Promise<string> => {
    const ended = once(child, 'exit')
    child.kill('SIGINT')
    expect(await ended).toEqual([0, null])
    return output
  }
  return { child, end, output: () => output }
}

const publish = (callId: string) =>
  line.output('events', 'publish', 'call.completed', '--data', JSON.stringify({ call_id: callId }))
const callIds = () => receiver.received.map(({ body }) => JSON.parse(body).data.call_id)
const arrived = (count: number) =>
  until(
    async () => receiver.received.length,
    (length) => length >= count,
    60_000,
  )

test('forwards the very bytes and headers, keeps what comes meanwhile, and writes the response back', async () => {
  const first = await listening(['--print-secret'])
  await publish('call-1')
  await arrived(1)
  const printed = await first.end()
  const [, secret = ''] = /^secret +(\S+)$/m.exec(printed) ?? []
  const [got] = receiver.received
  await verifySignature(got?.body ?? '', got?.headers ?? {}, secret)
  new Webhook(secret).verify(got?.body ?? '', got?.headers as Record<string, string>)
  expect(printed).toMatch(/^200 +call\.completed +evt_\S+ +dlv_/m)
  expect(printed).toContain('The server goes on keeping events for desk')

  for (const callId of ['call-2', 'call-3']) await publish(callId)
  expect(callIds()).toEqual(['call-1'])
  const second = await listening()
  await arrived(3)
  expect(callIds()).toEqual(['call-1', 'call-2', 'call-3'])
  expect(await second.end()).toContain('2 waiting')

  const deliveries = await line.json('deliveries', 'list')
  expect(deliveries.map(({ status, responseStatus }) => [status, responseStatus])).toEqual([
    ['success', 200],
    ['success', 200],
    ['success', 200],
  ])
  expect(await line.output('deliveries', 'show', String(deliveries[0]?.['id']), '--full')).toContain('  thanks')
})

test('skips what came before when it is asked to, and removes its webhook at the end', async () => {
  const before = receiver.received.length
  await publish('call-missed')
  const third = await listening(['--skip-missed', '--rm'])
  await publish('call-new')
  await arrived(before + 1)
  expect(callIds().slice(before)).toEqual(['call-new'])
  expect(await third.end()).toContain('Removed')
  expect(await line.json('webhooks', 'list')).toEqual([])
})

test('says that nothing listens, and what no event type fits', async () => {
  const none = await line.run(['listen', '--forward-to', receiver.url, '--events', 'call.complete'])
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('Did you mean call.completed?')])
  expect((await line.run(['listen', '--forward-to', 'nonsense'])).code).toBe(2)
})

test('says that the server is away, and goes on by itself when it is back', async () => {
  const free = createServer().listen(0, '127.0.0.1')
  await once(free, 'listening')
  const { port } = free.address() as AddressInfo // it listens on TCP
  await new Promise((resolve) => free.close(resolve))
  const server = await new TimbreProcess({ settings: { TIMBRE_PORT: String(port) } }).start()
  const there = await CommandLine.on(server)
  const before = receiver.received.length
  const listener = await listening([], there)
  await server.kill()
  await until(
    async () => listener.output(),
    (text) => text.includes('cannot be reached: reconnecting'),
    60_000,
  )
  await server.start()
  await there.output('events', 'publish', 'call.completed', '--data', '{"call_id":"call-after"}')
  await arrived(before + 1)
  expect(callIds().slice(before)).toEqual(['call-after'])
  expect(await listener.end()).toContain(`Connected to 127.0.0.1:${port} again.`)
  there.remove()
  await server.destroy()
})

test('deliveries tail shows each change as it happens, and ends with Ctrl-C', async () => {
  const child = spawn(process.execPath, [COMMAND, 'deliveries', 'tail'], {
    env: { PATH: process.env['PATH'], ...line.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  let shown = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (shown += String(chunk)))
  await until(
    async () => shown,
    (text) => text.includes('Watching.'),
    60_000,
  )
  const listener = await listening()
  await publish('call-tailed')
  await until(
    async () => shown,
    (text) => / success /.test(text),
    60_000,
  )
  expect(shown).toMatch(
    / queued +dlv_\S+ +call\.completed +evt_\S+ +attempt 0\n.* success +dlv_\S+ .* attempt 1 {2}HTTP 200\n/s,
  )
  await listener.end()
  const ended = once(child, 'exit')
  child.kill('SIGINT')
  expect(await ended).toEqual([0, null])
})
