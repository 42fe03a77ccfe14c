// The image, as far as it can be proven without a container engine: what the Dockerfile would copy starts as a user who can
// write to nothing but the data directory, answers its own health check and stops when it is told to.
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readDockerfile } from '../support/image/dockerfile.ts'
import { unpackImage } from '../support/image/unpack-image.ts'
import { until } from '../support/until.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const image = readDockerfile(join(root, 'Dockerfile'))
const isRoot = process.getuid?.() === 0
const identity = isRoot ? { uid: 1000, gid: 1000 } : {}

const folder = mkdtempSync(join(tmpdir(), 'timbre-image-'))
const app = join(folder, 'app')
const data = join(folder, 'data')
// A copy, because the installed one may be where the other user cannot go.
const node = join(folder, 'node')
let environment: Record<string, string>
let child: ChildProcess | undefined
let output = ''

beforeAll(async () => {
  chmodSync(folder, 0o755)
  mkdirSync(app)
  mkdirSync(data, { mode: 0o700 })
  if (isRoot) chownSync(data, 1000, 1000)
  copyFileSync(process.execPath, node)
  unpackImage(root, image, app)
  const cache = join(app, 'node_modules', '.cache')
  mkdirSync(cache)
  if (isRoot) chownSync(cache, 1000, 1000)
  for (const [, ...args] of image.runs) execFileSync(node, args, { cwd: app, ...identity })
  for (const path of everythingIn(app)) chmodSync(path, statSync(path).mode & 0o555)
  environment = {
    ...image.environment,
    TIMBRE_HOST: '127.0.0.1',
    TIMBRE_PORT: String(await freePort()),
    TIMBRE_DATA_DIR: data,
  }
  const [, ...command] = image.command
  child = spawn(node, command, { cwd: app, env: environment, ...identity })
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += String(chunk)))
  await until(
    async () => ({ code: await healthCheck(), output }),
    ({ code }) => code === 0,
  )
})

afterAll(() => {
  child?.kill('SIGKILL')
  for (const path of everythingIn(app)) chmodSync(path, 0o755)
  rmSync(folder, { recursive: true, force: true })
})

/** The exit code of the command of HEALTHCHECK. */
async function healthCheck(): Promise<number> {
  const [, ...args] = image.healthCheck
  const ended = promisify(execFile)(node, args, { cwd: app, env: environment, ...identity })
  return ended.then(
    () => 0,
    ({ code }: { readonly code: number }) => code,
  )
}

function everythingIn(directory: string): string[] {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => !entry.isSymbolicLink()).map((entry) => join(entry.parentPath, entry.name))
}

async function exitCode(): Promise<number | null> {
  if (child === undefined) throw new Error('Nothing was started.')
  await once(child, 'exit')
  return child.exitCode
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address !== null ? address.port : 0
}

describe('the image', () => {
  test('stands on the Node that the project pins', () => {
    const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    const text = readFileSync(join(root, 'Dockerfile'), 'utf8')
    expect(text.match(/^ARG .*/gm)).toEqual([`ARG NODE_IMAGE=node:${devDependencies.node}-slim`])
    // All stages, so that one digest given at the build pins them.
    expect(text.match(/^FROM (\$\{NODE_IMAGE\}|dependencies)( |$)/gm)).toHaveLength(3)
    expect(text.match(/^FROM /gm)).toHaveLength(3)
  })

  test('holds no test and no development dependency', () => {
    const files = everythingIn(app).map((path) => path.slice(app.length))
    expect(files.filter((file) => !file.startsWith('/node_modules') && /\.test\.ts$/.test(file))).toEqual([])
    expect(readdirSync(join(app, 'node_modules'))).not.toContain('typescript')
    expect(readdirSync(join(app, 'node_modules'))).not.toContain('vitest')
  })

  test('holds the SDK that it hands out, and nothing that packs it', () => {
    const files = everythingIn(app).map((path) => path.slice(app.length))
    expect(files).toContain('/server/sdk.tgz')
    expect(files.filter((file) => file.startsWith('/scripts'))).toEqual([])
  })

  test('holds what each link between its packages leads to', () => {
    const entries = readdirSync(join(app, 'node_modules'), { recursive: true, withFileTypes: true })
    const links = entries
      .filter((entry) => entry.isSymbolicLink())
      .map(({ parentPath, name }) => join(parentPath, name))
    expect(links.length).toBeGreaterThanOrEqual(4)
    expect(links.filter((link) => !existsSync(join(link, 'package.json')))).toEqual([])
  })

  test('holds what Node has compiled, of every thread', () => {
    // A folder for each set of V8's flags: threads are started after the first of them were set.
    expect(everythingIn(join(app, 'node_modules', '.cache', 'timbre')).length).toBeGreaterThan(1000)
  })

  test('runs as a user without rights, who writes to the data directory only', async () => {
    expect(image.user).toBe('1000:1000')
    expect(readdirSync(data)).toContain('timbre.db')
    if (isRoot) expect(statSync(join(data, 'timbre.db')).uid).toBe(1000)
    expect(output).toMatch(/Timbre serves on/)
  })

  test('is found well by its own health check while it serves, and not well when it does not', async () => {
    expect(await healthCheck()).toBe(0)
    const started = performance.now()
    const [code] = await Promise.all([exitCode(), child?.kill('SIGTERM')])
    expect(code).toBe(0)
    expect(performance.now() - started).toBeLessThan(20_000)
    expect(await healthCheck()).toBe(1)
  })
})
