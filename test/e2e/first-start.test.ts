// The first minutes: the port is taken, the process dies before it has shown its keys, the keys are lost, settings lie in .env.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runTimbre } from '../support/run-timbre.ts'
import { until } from '../support/until.ts'

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url))
const COMMAND = join(REPOSITORY, 'cli/bin/timbre.mjs')
const PATH = [join(REPOSITORY, 'node_modules/.bin'), process.env['PATH'] ?? ''].join(delimiter)
const KEYS = /workspace +(\S+)\n +API key +(\S+)\n +admin key +(\S+)\n/
const TRIES_MAX = 20

let scratch: string
let dataDir: string
const children: ChildProcess[] = []
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'timbre-first-'))
  dataDir = join(scratch, 'data')
})
afterEach(async () => {
  for (const child of children.splice(0)) await kill(child)
  rmSync(scratch, { recursive: true, force: true })
})

interface Started {
  readonly child: ChildProcess
  output(): string
}

function begin(settings: Readonly<Record<string, string>> = {}): Started {
  const env = { PATH, TIMBRE_DATA_DIR: dataDir, TIMBRE_PORT: '0', TIMBRE_LOG_LEVEL: 'warn', ...settings }
  return watch(spawn(process.execPath, [COMMAND, 'start'], { env, stdio: ['ignore', 'pipe', 'pipe'] }))
}

function watch(child: ChildProcess): Started {
  children.push(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += String(chunk)))
  return { child, output: () => output }
}

async function served({ output, child }: Started): Promise<string> {
  const address = await until(
    async () => /serves on (\S+)/.exec(output())?.[1] ?? (child.exitCode === null ? '' : output()),
    (text) => text !== '',
    30_000,
  )
  expect(address).toMatch(/^http:/)
  return address
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

const keysShown = (output: string) => {
  const [, workspaceId = '', apiKey = '', adminKey = ''] = KEYS.exec(output) ?? []
  return { workspaceId, apiKey, adminKey }
}

async function statusOf(address: string, apiKey: string, workspaceId: string, path = '/v1/webhooks'): Promise<number> {
  const headers = { authorization: `Bearer ${apiKey}`, 'x-workspace-id': workspaceId }
  return (await fetch(address + path, { headers })).status
}

describe('the first start', () => {
  test('makes nothing when its port is taken, and says which setting to change', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    // Of a server that listens on a port.
    const { port } = taken.address() as AddressInfo
    try {
      for (const setting of ['TIMBRE_PORT', 'TIMBRE_METRICS_PORT']) {
        const settings = { TIMBRE_DATA_DIR: dataDir, TIMBRE_PORT: '0', [setting]: String(port) }
        const ended = await runTimbre(['start'], settings)
        expect([ended.code, ended.stderr]).toEqual([
          2,
          expect.stringContaining(`Port ${port} of 127.0.0.1 is in use. Stop what uses it, or set ${setting} to`),
        ])
        expect(existsSync(dataDir)).toBe(false)
      }
    } finally {
      taken.close()
    }
    const first = begin()
    const address = await served(first)
    const { apiKey, workspaceId } = keysShown(first.output())
    expect(await statusOf(address, apiKey, workspaceId)).toBe(200)
  })

  test('that dies before it has shown its keys has them shown by the next, and no others are made', async () => {
    let isHit = false
    for (let nth = 0; nth < TRIES_MAX && !isHit; nth++) {
      dataDir = join(scratch, String(nth))
      const dying = begin()
      const file = join(dataDir, 'first-start.json')
      await until(
        async () => existsSync(file) || dying.output() !== '',
        (yes) => yes,
        30_000,
      )
      await kill(dying.child)
      // Else it was quicker than this test.
      isHit = existsSync(file) && !KEYS.test(dying.output())
    }
    expect(isHit, 'no start was killed in time').toBe(true)
    const next = begin()
    const address = await served(next)
    const { apiKey, workspaceId, adminKey } = keysShown(next.output())
    expect(await statusOf(address, apiKey, workspaceId)).toBe(200)
    expect(await statusOf(address, adminKey, workspaceId)).toBe(200)
    const response = await fetch(`${address}/v1/workspaces`, { headers: { authorization: `Bearer ${adminKey}` } })
    expect(await response.json()).toMatchObject({ data: [{ id: workspaceId }], meta: { total: 1 } })
    const left = readdirSync(dataDir).filter((name) => readFileSync(join(dataDir, name)).includes(apiKey))
    expect(left).toEqual([])
    await kill(next.child)
    const third = begin()
    await served(third)
    expect(third.output()).not.toContain('first start')
  })
})

describe('timbre keys', () => {
  const keys = (...args: string[]) => runTimbre(['keys', ...args], { TIMBRE_DATA_DIR: dataDir })

  test('shows the admin key, and lists, makes and revokes keys beside the server, which notices', async () => {
    const first = begin()
    const address = await served(first)
    const { apiKey, workspaceId, adminKey } = keysShown(first.output())
    expect(await keys('admin')).toEqual({ code: 0, stdout: `${adminKey}\n`, stderr: '' })
    const made = await keys('create', '--name', 'second', '--scopes', 'webhooks:read', 'events:read')
    const [, key = ''] = /API key +(\S+)/.exec(made.stdout) ?? []
    const [, id = ''] = /Its id is (\S+)\./.exec(made.stdout) ?? []
    expect(await statusOf(address, key, workspaceId)).toBe(200)
    expect(await statusOf(address, key, workspaceId, '/v1/api-keys')).toBe(403)
    const listed = await keys('list')
    expect(listed.stdout).toMatch(new RegExp(`^${workspaceId} .*\n`))
    expect(listed.stdout).toContain(`${id}  ${key.slice(0, 12)}...${key.slice(-4)}  second`)
    expect(listed.stdout + made.stderr).not.toContain(apiKey)
    const revoked = await keys('revoke', id)
    expect([revoked.code, revoked.stderr]).toEqual([0, ''])
    // Its copy of the key is good for 10 s where nobody tells it.
    await until(
      () => statusOf(address, key, workspaceId),
      (status) => status === 401,
      5000,
    )
    expect(await statusOf(address, apiKey, workspaceId)).toBe(200)
    expect((await keys('list')).stdout).toMatch(new RegExp(`${id} .* revoked 20`))
  })

  test('says what is wrong: no database, no such key or workspace, an admin key that is set', async () => {
    mkdirSync(dataDir)
    expect(await keys('list')).toMatchObject({ code: 2, stderr: expect.stringContaining('There is no database in') })
    expect(await keys('admin')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('There is no master key here'),
    })
    const first = begin()
    await served(first)
    expect(await keys('revoke', 'nothing')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no API key with'),
    })
    const nowhere = await keys('create', '--workspace', 'nowhere')
    expect(nowhere).toMatchObject({ code: 2, stderr: expect.stringContaining('There is no workspace nowhere') })
    const set = { TIMBRE_DATA_DIR: dataDir, TIMBRE_ADMIN_KEY: randomBytes(24).toString('hex') }
    expect(await runTimbre(['keys', 'admin'], set)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('is set'),
    })
    expect((await keys('create', '--scopes', 'everything')).code).toBe(2)
  })
})

describe('.env', () => {
  /** What `npm start` runs, in a folder with a .env of its own. */
  function npmStart(settings: Readonly<Record<string, string>>): Started {
    const { scripts } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8'))
    const env = { PATH, ...settings }
    return watch(spawn('sh', ['-c', scripts.start], { cwd: scratch, env, stdio: ['ignore', 'pipe', 'pipe'] }))
  }

  test('is read by npm start, and the environment wins', async () => {
    symlinkSync(join(REPOSITORY, 'cli'), join(scratch, 'cli'))
    const [fromFile, fromEnvironment] = [randomBytes(16).toString('hex'), randomBytes(16).toString('hex')]
    writeFileSync(
      join(scratch, '.env'),
      `TIMBRE_DATA_DIR=${dataDir}\nTIMBRE_PORT=0\nTIMBRE_RETENTION_DAYS=\nTIMBRE_ADMIN_KEY="sk_admin_${fromFile}"\n`,
    )
    for (const [settings, good, bad] of [
      [{}, fromFile, fromEnvironment],
      [{ TIMBRE_ADMIN_KEY: `sk_admin_${fromEnvironment}` }, fromEnvironment, fromFile],
    ] as const) {
      const started = npmStart(settings)
      const address = await served(started)
      const statuses = [good, bad].map(async (key) => {
        const headers = { authorization: `Bearer sk_admin_${key}` }
        return (await fetch(`${address}/v1/workspaces`, { headers })).status
      })
      expect(await Promise.all(statuses)).toEqual([200, 401])
      await kill(started.child)
    }
    expect(readdirSync(dataDir)).toContain('timbre.db')
    writeFileSync(join(scratch, '.env'), 'TIMBRE_PROT=1\n')
    const wrong = npmStart({})
    const [code] = await once(wrong.child, 'exit')
    expect([code, wrong.output()]).toEqual([2, expect.stringContaining('There is no setting TIMBRE_PROT')])
  })
})
