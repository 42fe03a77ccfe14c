// A release as an operator gets it: its files are what their sums say, and from them alone Timbre is installed into an empty
// folder, started, used and stopped.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stepsIn, withoutChance } from '../docs/code-blocks.ts'
import { NODE_VERSIONS, nodeOf, nodes, npm } from '../sdk/tools.ts'
import { Terminal } from '../support/terminal.ts'
import { TmuxScreen, whyNoTmux } from '../support/tmux.ts'
import { until } from '../support/until.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const RELEASE = join(ROOT, 'dist', 'release')
const { version } = JSON.parse(readFileSync(join(ROOT, 'cli/package.json'), 'utf8'))
const pinnedMajor = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).devDependencies.node.split('.')[0]
const START_MS_MAX = 60_000

const folder = mkdtempSync(join(tmpdir(), 'timbre-installed-'))
const app = join(folder, 'app')
const children: ChildProcess[] = []
let printed = ''

beforeAll(() => {
  printed = execFileSync('npm', ['run', '--silent', 'release', '--', '--dry-run'], { cwd: ROOT, encoding: 'utf8' })
  mkdirSync(app)
  npm(['install', ...globSync('getsupervisor-*.tgz', { cwd: RELEASE }).map((file) => join(RELEASE, file))], app)
}, 240_000)

afterAll(async () => {
  // Of a test that failed: a server outlives an npx that is killed.
  for (const { pid, exitCode, signalCode } of children)
    if (pid !== undefined && exitCode === null && signalCode === null) process.kill(serverBelow(pid), 'SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

/** Nothing of this environment but where programs are: the pinned Node, or the system's alone. */
function environment(settings: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', HOME: folder, TIMBRE_PORT: '0', ...settings }
}

interface Started {
  readonly child: ChildProcess
  readonly address: string
  output(): string
}

async function start(
  command: string,
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
): Promise<Started> {
  const child = spawn(command, args, { cwd: app, env: environment(settings), stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += String(chunk)))
  const address = await until(
    async () => /serves on (\S+)/.exec(output)?.[1] ?? '',
    (found) => found !== '',
    START_MS_MAX,
  )
  return { child, address, output: () => output }
}

/** The process that serves: what npm and its shell have started. */
function serverBelow(pid: number): number {
  const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
  return child === undefined ? pid : serverBelow(child)
}

/** The API with the keys that the first start has printed. */
function apiOf({ address, output }: Started) {
  const [, workspace = '', key = ''] = /WORKSPACE_ID=(\S+) API_KEY=(\S+)/.exec(output()) ?? []
  const headers = { authorization: `Bearer ${key}`, 'x-workspace-id': workspace, 'content-type': 'application/json' }
  return async (path: string, body?: object) => {
    const request = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) }
    return (await fetch(`${address}/v1${path}`, request)).json()
  }
}

/** The data of all that a new webhook has received once the event that is published to it is delivered. */
async function delivered(started: Started, type: string, data: object): Promise<unknown[]> {
  const api = apiOf(started)
  const received: unknown[] = []
  const receiver = createServer(async (request, response) => {
    received.push(JSON.parse(await textOf(request)).data)
    response.end()
  }).listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  const { port } = receiver.address() as AddressInfo // it listens on TCP
  const webhook = await api('/webhooks', { url: `http://127.0.0.1:${port}/`, eventKeys: [type] })
  await api('/events', { type, data })
  const deliveries = await until(
    () => api(`/webhooks/${webhook.id}/deliveries`),
    (page) => page.data[0]?.status === 'success',
  )
  expect(deliveries.data).toMatchObject([{ eventKey: type, attempts: 1, responseStatus: 200 }])
  receiver.close()
  return received
}

const isGone = (address: string) =>
  fetch(address).then(
    () => false,
    () => true,
  )

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text += chunk
  return text
}

describe('the files of a release', () => {
  test('are those of the table, with the sums that are beside them', () => {
    const names = globSync('*', { cwd: RELEASE }).sort()
    expect(names).toEqual(
      [
        'SHA256SUMS',
        `getsupervisor-agents-studio-sdk-${version}.tgz`,
        `getsupervisor-timbre-${version}.tgz`,
        `getsupervisor-timbre-server-${version}.tgz`,
        `timbre-${version}-notes.md`,
        `timbre-${version}.cdx.json`,
      ].sort(),
    )
    const sums = execFileSync('sha256sum', ['--check', 'SHA256SUMS'], { cwd: RELEASE, encoding: 'utf8' })
    expect(sums.trim().split('\n')).toEqual(names.filter((name) => name !== 'SHA256SUMS').map((name) => `${name}: OK`))
    for (const line of readFileSync(join(RELEASE, 'SHA256SUMS'), 'utf8').trim().split('\n')) {
      const [sum = '', name = ''] = line.split('  ')
      expect(printed).toMatch(new RegExp(`^  ${name.replaceAll('.', '\\.')} +[\\d.]+  ${sum}$`, 'm'))
    }
    expect(printed).toContain('nothing is tagged, nothing is published')
  })

  test('have notes that are the part of the changelog', () => {
    const notes = readFileSync(join(RELEASE, `timbre-${version}-notes.md`), 'utf8')
    const [, ...lines] = notes.trim().split('\n')
    expect(readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8')).toContain(lines.join('\n').trim())
    expect(lines.join('\n')).not.toMatch(/^## /m)
  })

  test('have a bill of materials with what is installed, in the versions of the lock file', () => {
    const bill = JSON.parse(readFileSync(join(RELEASE, `timbre-${version}.cdx.json`), 'utf8'))
    expect([bill.bomFormat, bill.specVersion, bill.metadata.component.version]).toEqual(['CycloneDX', '1.5', version])
    const lock: Record<string, { version?: string; dev?: true }> = JSON.parse(
      readFileSync(join(ROOT, 'package-lock.json'), 'utf8'),
    ).packages
    const locked = new Set(
      Object.entries(lock).map(([path, one]) => `${path.split('node_modules/').at(-1)}@${one.version}`),
    )
    const components: readonly { name: string; version: string }[] = bill.components
    const ofOthers = components.filter(({ name }) => !name.startsWith('@getsupervisor/'))
    expect(ofOthers.filter((one) => !locked.has(`${one.name}@${one.version}`))).toEqual([])
    const installed = globSync('{*,@*/*}/package.json', { cwd: join(app, 'node_modules') }).map((file) =>
      file.replace('/package.json', ''),
    )
    expect(installed.length).toBeGreaterThan(80)
    const named = new Set(components.map(({ name }) => name))
    expect(installed.filter((name) => !named.has(name))).toEqual([])
  })

  test('have no test, no type, no source map, and no path of the machine that made them', () => {
    for (const name of ['timbre', 'timbre-server']) {
      const packed = join(app, 'node_modules/@getsupervisor', name)
      const files = globSync('**/*.*', { cwd: packed })
      const known = (file: string) =>
        file.startsWith('dashboard/')
          ? /\.(js|css|html|json|svg|md)(\.(br|gz))?$/.test(file)
          : /\.(js|mjs|json|md|tgz)$/.test(file)
      expect(files.filter((file) => !known(file) || /\.test\./.test(file))).toEqual([])
      for (const file of ['LICENSE', 'README.md']) expect(existsSync(join(packed, file))).toBe(true)
      const texts = files
        .filter((file) => !/\.(tgz|br|gz)$/.test(file))
        .map((file) => readFileSync(join(packed, file), 'utf8'))
      expect(
        texts.filter((text) => text.includes(ROOT) || text.includes(`${tmpdir()}/`) || /sourceMappingURL/.test(text)),
      ).toEqual([])
    }
  })
})

describe('the installed command', () => {
  test('says its version and its commands', () => {
    const run = (...args: readonly string[]) =>
      execFileSync('npx', ['timbre', ...args], { cwd: app, env: environment(), encoding: 'utf8' })
    expect(run('--version')).toBe(`${version}\n`)
    expect(run('--help')).toMatch(/^ {2}start .*\n(?:.*\n)*^ {2}migrate /m)
  })

  test('names its Node where the one of the system is too old for it', (context) => {
    const old = ['/usr/bin/node', '/usr/local/bin/node'].find(
      (node) =>
        existsSync(node) && Number(/\d+/.exec(execFileSync(node, ['--version'], { encoding: 'utf8' }))?.[0]) < 24,
    )
    if (old === undefined) return context.skip('this machine has no Node older than 24')
    const ended = spawnSync(old, ['node_modules/.bin/timbre', '--version'], {
      cwd: app,
      env: environment(),
      encoding: 'utf8',
    })
    expect([ended.status, ended.stdout]).toEqual([1, ''])
    expect(ended.stderr).toMatch(/^Timbre needs Node 24 or newer, and this is \d+\.\d+\.\d+\. .*"npm install node@26"/)
    const [major] = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).devDependencies.node.split('.')
    expect(ended.stderr).toContain(`node@${major}`)
  })

  test('starts with npx, delivers an event, serves its pages and the SDK, and exits with 0 after SIGTERM', async () => {
    const started = await start('npx', ['timbre', 'start', '--dev'], { TIMBRE_DATA_DIR: 'data' })
    const { child, address } = started
    expect(started.output()).toContain('If you lose them: npx timbre keys --help')
    const data = { call_id: 'call-1' }
    expect(await delivered(started, 'call.completed', data)).toEqual([data])

    for (const [path, type] of [
      ['/docs', 'text/html'],
      ['/docs/static/swagger-ui-bundle.js', 'javascript'],
      ['/openapi.json', 'application/json'],
      ['/sdk.tgz', 'application/gzip'],
    ] as const) {
      const response = await fetch(address + path)
      const served = [path, response.status, response.headers.get('content-type')]
      expect(served).toEqual([path, 200, expect.stringContaining(type)])
    }
    const sdk = Buffer.from(await (await fetch(`${address}/sdk.tgz`)).arrayBuffer())
    expect(sdk.equals(readFileSync(join(RELEASE, `getsupervisor-agents-studio-sdk-${version}.tgz`)))).toBe(true)

    process.kill(serverBelow(child.pid ?? 0), 'SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  test('speaks with agents over standard input and output, and at /mcp of its server', async () => {
    const started = await start('npx', ['timbre', 'start', '--dev'], { TIMBRE_DATA_DIR: 'agents' })
    const [, workspace = '', key = ''] = /WORKSPACE_ID=(\S+) API_KEY=(\S+)/.exec(started.output()) ?? []
    const params = { name: 'list_webhooks', arguments: {} }
    const message = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params })
    const settings = { TIMBRE_BASE_URL: started.address, TIMBRE_WORKSPACE_ID: workspace, TIMBRE_API_KEY: key }
    const child = spawn('npx', ['timbre', 'mcp'], {
      cwd: app,
      env: environment(settings),
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    children.push(child)
    child.stdin?.write(`${message}\n`)
    const [line] = await once(child.stdout as NodeJS.ReadableStream, 'data') // it is a pipe
    expect(JSON.parse(String(line)).result.structuredContent).toMatchObject({ total: 0 })
    child.stdin?.end()
    expect(await once(child, 'exit')).toEqual([0, null])
    const headers = { authorization: `Bearer ${key}`, 'x-workspace-id': workspace, 'content-type': 'application/json' }
    const accept = 'application/json, text/event-stream'
    const answer = await fetch(`${started.address}/mcp`, {
      method: 'POST',
      headers: { ...headers, accept },
      body: message,
    })
    expect(await answer.json()).toMatchObject({ result: { structuredContent: { total: 0 } } })
    process.kill(serverBelow(started.child.pid ?? 0), 'SIGTERM')
    await once(started.child, 'exit')
  })

  test('sends and validates in threads, keeps what Node compiles in the project, and stops without npx', async () => {
    const settings = { TIMBRE_DATA_DIR: 'threads', TIMBRE_SENDER_THREADS: '2', TIMBRE_DEV: '1' }
    const started = await start('node_modules/.bin/timbre', ['start'], settings)
    const api = apiOf(started)
    const list = { type: 'array', items: { type: 'string', minLength: 1 } }
    await api('/event-types', { key: 'own.long', schema: { type: 'object', properties: { list } } })
    // More items than are validated on the main thread in a turn of its event loop.
    const data = { list: Array.from({ length: 20_000 }, () => 'x') }
    expect(await delivered(started, 'own.long', data)).toEqual([data])
    const wrong = await api('/events', { type: 'own.long', data: { list: [...data.list, ''] } })
    expect(wrong.details.issues).toMatchObject([{ path: '/data/list/20000' }])

    expect(existsSync(join(app, 'node_modules/.cache/timbre'))).toBe(true)
    expect(existsSync(join(app, 'node_modules/@getsupervisor/node_modules'))).toBe(false)
    started.child.kill('SIGTERM')
    expect(await once(started.child, 'exit')).toEqual([0, null])
  })

  test('leaves no server behind when npx gets SIGTERM, which ends its shell first', async () => {
    const { child, address, output } = await start('npx', ['timbre', 'start'], { TIMBRE_DATA_DIR: 'signals' })
    child.kill('SIGTERM')
    await once(child, 'exit')
    await until(
      () => isGone(address),
      (gone) => gone,
    )
    expect(output()).toContain('finishing what is in flight')
  })
})

test('the README of the package leads to a delivered event', async () => {
  const readme = readFileSync(join(app, 'node_modules/@getsupervisor/timbre/README.md'), 'utf8')
  const [step] = stepsIn(readme, 'bash')
  const { child, address, output } = await start('npx', ['timbre', 'start', '--dev'], { TIMBRE_DATA_DIR: 'readme' })
  const [, WORKSPACE_ID = '', API_KEY = ''] = /WORKSPACE_ID=(\S+) API_KEY=(\S+)/.exec(output()) ?? []
  const port = await freePort()
  const text = (step?.text ?? '')
    .replaceAll('http://127.0.0.1:8080', address)
    .replaceAll('http://127.0.0.1:3000', `http://127.0.0.1:${port}`)
    .replaceAll('listen(3000)', `listen(${port})`)
  const terminal = new Terminal(app, environment({ WORKSPACE_ID, API_KEY }))
  try {
    const lines = await terminal.paste(text, (so_far) => so_far.includes('\n'))
    expect(withoutChance(lines)).toBe(withoutChance(step?.output ?? ''))
  } finally {
    await terminal.close()
    process.kill(serverBelow(child.pid ?? 0), 'SIGTERM')
    await once(child, 'exit')
  }
})

describe('on another Node', () => {
  const majorOf = (nodeVersion: string) => Number(nodeVersion.split('.')[0])
  const others = NODE_VERSIONS.filter((one) => majorOf(one) >= 20)
  let folder: string
  beforeAll(() => {
    folder = nodes()
  }, 240_000)

  const run = (nodeVersion: string, ...args: readonly string[]) =>
    spawnSync(nodeOf(folder, nodeVersion), ['node_modules/.bin/timbre', ...args], {
      cwd: app,
      env: environment(),
      encoding: 'utf8',
    })

  test.each(others)('%s runs the command, or says which one does', (nodeVersion) => {
    const ended = run(nodeVersion, '--version')
    if (majorOf(nodeVersion) >= 24) return expect([ended.status, ended.stdout]).toEqual([0, `${version}\n`])
    expect([ended.status, ended.stdout]).toEqual([1, ''])
    expect(ended.stderr).toMatch(new RegExp(`^Timbre needs Node 24 or newer, and this is ${nodeVersion}\\. `))
  })

  test('24 starts a server, and brings an event to a receiver with listen', async () => {
    const node = nodeOf(folder, others.find((one) => majorOf(one) === 24) ?? '')
    const started = await start(node, ['node_modules/.bin/timbre', 'start', '--dev'], { TIMBRE_DATA_DIR: 'on-24' })
    const [, workspace = '', key = ''] = /WORKSPACE_ID=(\S+) API_KEY=(\S+)/.exec(started.output()) ?? []
    const receiver = createServer((request, response) => request.resume().on('end', () => response.end('thanks')))
    receiver.listen(0, '127.0.0.1')
    await once(receiver, 'listening')
    const { port } = receiver.address() as AddressInfo // it listens on TCP
    const settings = { TIMBRE_BASE_URL: started.address, TIMBRE_WORKSPACE_ID: workspace, TIMBRE_API_KEY: key }
    const args = ['node_modules/.bin/timbre', 'listen', '--forward-to', String(port), '--as', 'desk']
    const listener = spawn(node, [...args, '--json'], { cwd: app, env: environment(settings) })
    children.push(listener)
    let told = ''
    listener.stdout.on('data', (chunk) => (told += String(chunk)))
    const tells = (what: string) =>
      until(
        async () => told,
        (text) => text.includes(what),
        START_MS_MAX,
      )
    await tells('"kind":"listening"')
    await apiOf(started)('/events', { type: 'call.completed', data: { call_id: 'call-on-24' } })
    await tells('"callId":"call-on-24"')
    listener.kill('SIGINT')
    expect(await once(listener, 'exit')).toEqual([0, null])

    await drawn(node, args, settings)
    receiver.close()
    process.kill(started.child.pid ?? 0, 'SIGTERM')
    expect(await once(started.child, 'exit')).toEqual([0, null])
  })

  test('20 and 22 run it once they did what the sentence says', () => {
    npm(['install', `node@${pinnedMajor}`], app)
    for (const one of others) expect(run(one, '--version').stdout).toBe(`${version}\n`)
  })
})

/** What the view needs is in the packages. */
async function drawn(node: string, args: readonly string[], settings: Readonly<Record<string, string>>): Promise<void> {
  const why = whyNoTmux()
  if (why !== undefined) return void process.stdout.write(`The installed view is not tried: ${why}.\n`)
  const env = { ...environment(settings), TERM: 'xterm-256color' }
  const screen = new TmuxScreen({ columns: 100, rows: 24, cwd: app, env })
  try {
    screen.type([node, ...args].join(' '))
    await screen.shows(/● connected/)
    screen.keys('q')
    await screen.shows(/The server goes on keeping events for desk/)
  } finally {
    screen.close()
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // it listens on TCP
  await new Promise((resolve) => server.close(resolve))
  return port
}
