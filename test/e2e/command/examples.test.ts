// Every example of every command's help is run as it stands: typed into a shell, against a real server and a real receiver.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { WORKSPACE_SCOPES } from '@timbre/contract/api-key.ts'
import { formatId, type IdNoun } from '@timbre/contract/ids.ts'
import { type ProviderMessage, providerRequest } from '@timbre/contract/providers/provider-request.ts'
import { SAMPLE_START_MS, sampleCall } from '@timbre/contract/providers/sample-calls.ts'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import type { TimbreCommand } from '../../../cli/src/frame/timbre-command.ts'
import { wholeProgram } from '../../../cli/src/program.ts'
import { makeDatabase, type TestDatabase } from '../../support/postgres/database.ts'
import { TimbreProcess } from '../../support/timbre-process.ts'
import { until } from '../../support/until.ts'
import { CommandLine } from './command-line.ts'
import { ReceiverOfOne } from './receiver-of-one.ts'

const COMMAND = fileURLToPath(new URL('../../../cli/bin/timbre.mjs', import.meta.url))
const SECRET = 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3'
const KEYS = { old: Buffer.alloc(32, 1).toString('base64'), new: Buffer.alloc(32, 2).toString('base64') }
const PROVIDER_KEY = 'key_2d0c4f0b8a6e4c0f9f1b7c3a5d7e9f11'
const PROVIDER_REQUEST = wireText({ kind: 'retell', url: '', payload: sampleCall('retell', 'c')[0] ?? {} })
const TYPE = { key: 'order.paid', title: 'Order paid', schema: { type: 'object' }, example: { total: 1 } }

const timbre = new TimbreProcess()
const receiver = new ReceiverOfOne()
/** A data directory that no server uses, with a workspace, a key and its master key. */
const kept = new TimbreProcess({ settings: { TIMBRE_MASTER_KEY: KEYS.old } })
let line: CommandLine
let database: TestDatabase
let request: string
let ids: Record<string, string>

beforeAll(async () => {
  await Promise.all([timbre.start(), receiver.start(), kept.start()])
  await kept.stop()
  database = await makeDatabase(inject('postgresUrl'))
  line = await CommandLine.on(timbre)
  const program = join(line.folder, 'timbre')
  writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${COMMAND}" "$@"\n`)
  chmodSync(program, 0o755)
  request = await line.output('sign', 'call.completed', '--secret', SECRET)
  line.env['PATH'] = `${line.folder}:${process.env['PATH']}`
})
afterAll(async () => {
  line.remove()
  receiver.stop()
  await Promise.all([timbre.destroy(), kept.destroy(), database.drop()])
})

function wireText(message: ProviderMessage): string {
  const { headers, body } = providerRequest(message, { secret: PROVIDER_KEY }, SAMPLE_START_MS)
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return ['POST /sources/x HTTP/1.1', ...lines, '', Buffer.from(body).toString('utf8')].join('\r\n')
}

/** The files that examples name, made anew for each: some write to them. */
function files(): void {
  writeFileSync(join(line.folder, 'secret.txt'), `${SECRET}\n`)
  writeFileSync(join(line.folder, 'key.txt'), `${line.env['TIMBRE_API_KEY']}\n`)
  writeFileSync(join(line.folder, 'order-paid.json'), JSON.stringify(TYPE))
  writeFileSync(join(line.folder, 'webhooks.yaml'), `webhooks:\n  - url: ${receiver.url}/applied\n`)
  writeFileSync(join(line.folder, 'request.http'), request)
  writeFileSync(join(line.folder, 'retell-key.txt'), `${PROVIDER_KEY}\n`)
  writeFileSync(join(line.folder, 'provider.http'), PROVIDER_REQUEST)
}

/** Something of each kind, made anew for each example: some delete it. */
async function things(): Promise<Record<string, string>> {
  const [workspaceId, apiKey] = [line.env['TIMBRE_WORKSPACE_ID'] ?? '', line.env['TIMBRE_API_KEY'] ?? '']
  const client = timbre.client({ workspaceId, apiKey })
  const webhook = await client.webhooks.create({ url: receiver.url, eventKeys: ['call.completed'] })
  const event = await client.events.publish({ type: 'call.completed', data: { call_id: 'call-1' } })
  const deliveries = await until(
    () => client.webhooks.listDeliveries(webhook.id),
    ({ data }) => data[0]?.status === 'success',
  )
  const range = { since: new Date(0).toISOString(), until: new Date().toISOString() }
  const replay = await client.webhooks.createReplay(webhook.id, { ...range, only: 'all' })
  const key = await client.apiKeys.create({ name: 'An example', scopes: [...WORKSPACE_SCOPES] })
  const source = await client.sources.create({ name: 'An example', kind: 'retell', secret: PROVIDER_KEY })
  const shown = (noun: IdNoun, id: string) => formatId(noun, id)
  return {
    wh: shown('webhook', webhook.id),
    dlv: shown('delivery', deliveries.data[0]?.id ?? ''),
    evt: event.id,
    rpl: shown('replay', replay.id),
    key: shown('apiKey', key.id),
    ws: shown('workspace', workspaceId),
    src: shown('source', source.id),
  }
}

/** The ids of the page become those of this server; nothing else changes but where things are. */
function here(text: string): string {
  return text
    .replaceAll(/\b(wh|dlv|evt|rpl|key|ws|src)_01J7W8A4XK0N5Y6Z7Q8P9R0S1T/g, (_, prefix) => ids[prefix] ?? '')
    .replaceAll('3c90c3cc-0d44-4b50-8888-8dd25736052a', line.env['TIMBRE_WORKSPACE_ID'] ?? '')
    .replaceAll('http://127.0.0.1:3000/hook', receiver.url)
    .replace('doctor --target https://example.com/hook', `doctor --target ${receiver.url}`)
    .replaceAll(/\/var\/(backups|lib)/g, `${line.folder}/var/$1`)
}

const BESIDE = { TIMBRE_DATA_DIR: kept.dataDir, TIMBRE_MASTER_KEY: KEYS.old }

/** What a command needs beside the connection: settings, and things that must, or must not, be there. */
const NEEDS: Readonly<Record<string, (run: (text: string) => Promise<Ended>) => Promise<Record<string, string>>>> = {
  'timbre start': async () => ({
    TIMBRE_PORT: '0',
    TIMBRE_DATA_DIR: join(line.folder, 'started'),
    TIMBRE_LOG_LEVEL: 'warn',
  }),
  'timbre doctor': async () => ({ TIMBRE_PORT: '0', TIMBRE_DEV: '1', TIMBRE_DATA_DIR: join(line.folder, 'none') }),
  'timbre backup': async () => {
    mkdirSync(join(line.folder, 'var/backups'), { recursive: true })
    mkdirSync(join(line.folder, 'var/lib'), { recursive: true })
    return BESIDE
  },
  'timbre restore': async (run) => {
    await run('timbre backup /var/backups/timbre.db --force')
    return {}
  },
  'timbre migrate': async () => BESIDE,
  'timbre move': async () => ({ ...BESIDE, DATABASE_URL: database.url }),
  'timbre rotate-master-key': async () => ({
    TIMBRE_DATA_DIR: kept.dataDir,
    TIMBRE_MASTER_KEY: KEYS.new,
    TIMBRE_MASTER_KEY_PREVIOUS: KEYS.old,
  }),
  'timbre keys list': async () => BESIDE,
  'timbre keys create': async () => BESIDE,
  'timbre keys admin': async () => BESIDE,
  'timbre logout': async (run) => {
    await run('timbre login < key.txt')
    return {}
  },
  'timbre event-types create': async (run) => {
    await run('timbre event-types delete order.paid --yes')
    return {}
  },
  'timbre event-types update': typeIsThere,
  'timbre event-types delete': typeIsThere,
  'timbre workspaces list': admin,
  'timbre workspaces create': admin,
  'timbre workspaces update': admin,
}

async function typeIsThere(run: (text: string) => Promise<Ended>): Promise<Record<string, string>> {
  await run('timbre event-types create --file order-paid.json')
  return {}
}

async function admin(): Promise<Record<string, string>> {
  return { TIMBRE_API_KEY: timbre.adminKey }
}

/** What an example ends with that does not end with 0. */
const ENDS: Readonly<Record<string, number>> = { 'timbre apply webhooks.yaml --dry-run': 3 }

interface Ended {
  readonly code: number | null
  readonly output: string
}

async function typed(text: string, settings: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const env = { ...line.env, ...settings }
  // As in a terminal whose pipes fail when a part of them does.
  const child = spawn('bash', ['--norc', '-o', 'pipefail', '-c', here(text)], {
    cwd: line.folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let isStopped = false
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output += String(chunk)
      // A server goes on until it is stopped.
      if (
        isStopped ||
        !/Timbre serves on|Listening as|Watching\./.test(output) ||
        !/timbre (start|listen|deliveries tail)/.test(text)
      )
        return
      isStopped = true
      child.kill('SIGTERM')
    })
  const [code] = await once(child, 'close')
  return { code, output }
}

function leaves(command: TimbreCommand): TimbreCommand[] {
  return command.subcommands.flatMap((one) => (one.subcommands.length === 0 ? [one] : leaves(one)))
}

const commands = leaves(await wholeProgram())
const examples = commands.flatMap((command) => command.examples.map(({ run }) => ({ path: command.path, run })))

test('every command has an example', () => {
  expect(commands.filter((command) => command.examples.length === 0).map((command) => command.path)).toEqual([])
})

test.each(examples)('$run', async ({ path, run }) => {
  files()
  ids = await things()
  const settings = (await NEEDS[path]?.((text) => typed(text, BESIDE))) ?? {}
  const ended = await typed(withKeyOf(path, run), settings)
  expect(ended.code, ended.output).toBe(ENDS[run] ?? 0)
})

/** The one id that is not of the running server: a key of the data directory. */
function withKeyOf(path: string, run: string): string {
  if (path !== 'timbre keys revoke') return run
  return `export TIMBRE_DATA_DIR=${kept.dataDir} TIMBRE_MASTER_KEY=${KEYS.old}; ${run.replace(
    '01990f2e-5400-7b31-9c4d-2f6a8e1b0c3d',
    `$(timbre keys create | sed -n 's/.*Its id is \\(.*\\)\\./\\1/p')`,
  )}`
}
