// `timbre listen` where something is not as it should be: no receiver is named, one answers 410 or not at all, Ctrl-C comes twice.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { TimbreProcess } from '../../support/timbre-process.ts'
import { until } from '../../support/until.ts'
import { CommandLine } from './command-line.ts'
import { ReceiverOfOne } from './receiver-of-one.ts'

const COMMAND = fileURLToPath(new URL('../../../cli/bin/timbre.mjs', import.meta.url))
const SOON_MS = 60_000
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
  await receiver.stop()
  await timbre.destroy()
})

interface News {
  readonly kind: string
  readonly callId?: string
  readonly attempt?: number
  readonly isRepeat?: boolean
  readonly events?: readonly string[]
}

function listening(...args: readonly string[]) {
  const child = spawn(process.execPath, [COMMAND, 'listen', '--json', ...args], {
    env: { PATH: process.env['PATH'], ...line.env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  let output = ''
  child.stdout.on('data', (chunk) => (output += String(chunk)))
  const news = () =>
    output
      .split('\n')
      .filter(Boolean)
      .map((text): News => JSON.parse(text))
  const tells = (isIt: (one: News) => boolean) =>
    until(
      async () => news(),
      (all) => all.some(isIt),
      SOON_MS,
    )
  return { child, tells, news }
}

const publish = (callId: string, type = 'call.completed') =>
  line.output('events', 'publish', type, '--data', JSON.stringify({ call_id: callId, error_code: 'e' }))

test('names the ports that listen where no receiver is named', async (context) => {
  if (process.platform !== 'linux') return context.skip('only Linux says which ports listen')
  const other = await new ReceiverOfOne().start()
  const { code, stderr } = await line.run(['listen'])
  expect(code).toBe(2)
  expect(stderr).toMatch(/^Which receiver\? These ports of this machine listen: \d+, \d+[\s\S]*--forward-to http/)
  await other.stop()
})

test('a 410 ends a webhook in production, and not that of a listener', async () => {
  receiver.status = 410
  const { child, tells } = listening('--forward-to', receiver.url, '--as', 'gone')
  await tells(({ kind }) => kind === 'listening')
  await publish('call-gone')
  await tells(({ kind }) => kind === 'enabled_again')
  receiver.status = 200
  await publish('call-after')
  await tells(({ callId }) => callId === 'call-after')
  child.kill('SIGINT')
  expect(await once(child, 'exit')).toEqual([0, null])
})

test('wants what it is asked for, and keeps what it wants until it is asked again', async () => {
  const wanted = async (...args: readonly string[]) => {
    const { child, tells } = listening('--forward-to', receiver.url, '--as', 'picky', ...args)
    await tells(({ kind }) => kind === 'listening')
    child.kill('SIGTERM')
    await once(child, 'exit')
    const webhooks = await line.json('webhooks', 'list')
    const id = String(webhooks.find(({ description }) => String(description).includes('[picky]'))?.['id'])
    const subscriptions = await line.json('subscriptions', 'list', id)
    return subscriptions.filter(({ isActive }) => isActive).map(({ eventKey }) => eventKey)
  }
  expect((await wanted()).length).toBeGreaterThan(3)
  expect(await wanted('--events', 'call.error')).toEqual(['call.error'])
  expect(await wanted()).toEqual(['call.error'])
  expect((await wanted('--events', 'call.error', '--events', 'call.completed')).sort()).toEqual([
    'call.completed',
    'call.error',
  ])
})

test('Ctrl-C waits for a receiver that is at work, a second one does not; then it comes again, marked', async () => {
  const open: ServerResponse[] = []
  const slow = createServer((request, response) => request.resume().on('end', () => open.push(response)))
  slow.listen(0, '127.0.0.1')
  await once(slow, 'listening')
  const { port } = slow.address() as AddressInfo // it listens on TCP
  const args = ['--forward-to', String(port), '--as', 'slow', '--events', 'call.completed']
  const first = listening(...args)
  await first.tells(({ kind }) => kind === 'listening')
  await publish('call-slow')
  const asked = () =>
    until(
      async () => open.length,
      (count) => count > 0,
      SOON_MS,
    )
  await asked()
  first.child.kill('SIGINT')
  await first.tells(({ kind }) => kind === 'ending')
  open.shift()?.end('thanks')
  expect(await once(first.child, 'exit')).toEqual([0, null])
  expect(first.news().filter(({ callId }) => callId === 'call-slow')).toMatchObject([{ attempt: 1, isRepeat: false }])

  const second = listening(...args)
  await second.tells(({ kind }) => kind === 'listening')
  await publish('call-cut')
  await asked()
  second.child.kill('SIGINT')
  await second.tells(({ kind }) => kind === 'ending')
  second.child.kill('SIGINT')
  expect(await once(second.child, 'exit')).toEqual([130, null])
  open.length = 0
  const third = listening(...args, '--rm')
  await asked()
  open.shift()?.end('thanks')
  await third.tells(({ callId, isRepeat }) => callId === 'call-cut' && isRepeat === true)
  third.child.kill('SIGINT')
  expect(await once(third.child, 'exit')).toEqual([0, null])
  slow.close()
})
