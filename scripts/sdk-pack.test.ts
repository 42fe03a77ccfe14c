import { execFile, execFileSync } from 'node:child_process'
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { transformSync } from 'esbuild'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { repositoryUrl } from './build-sdk.ts'
import { packSdk } from './sdk-pack.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const NAME = '@getsupervisor/agents-studio-sdk'
// The system's Node, which is older than the one that our sources need, and the one that runs this test.
const NODES = [...new Set([existsSync('/usr/bin/node') ? '/usr/bin/node' : process.execPath, process.execPath])].map(
  (node) => ({ node, version: execFileSync(node, ['--version'], { encoding: 'utf8' }).trim() }),
)

const folder = mkdtempSync(join(tmpdir(), 'timbre-sdk-'))
let packed = ''
const consumer = join(folder, 'consumer')
const installed = join(consumer, 'node_modules', NAME)

/** The examples of the README, in its order. */
const EXAMPLES = [...readFileSync(join(ROOT, 'sdk/README.md'), 'utf8').matchAll(/```ts\n(.*?)```/gs)].map(
  ([, code]) => code ?? '',
)

beforeAll(async () => {
  packed = await packSdk(folder)
  mkdirSync(consumer)
  writeFileSync(join(consumer, 'package.json'), '{ "name": "consumer", "private": true, "type": "module" }')
  npm(['install', '--offline', '--no-audit', '--no-fund', packed], consumer)
}, 120_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The system's npm: the pinned Node is not what a customer has. */
function npm(args: readonly string[], cwd: string): void {
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((part) => !part.includes('node_modules'))
  const env = { ...process.env, PATH: path.join(delimiter), NPM_CONFIG_LOGLEVEL: 'error' }
  execFileSync('npm', args, { cwd, env })
}

/** What a program prints that is run in the consumer's folder. */
async function run(node: string, file: string, program: string, env: Readonly<Record<string, string>> = {}) {
  writeFileSync(join(consumer, file), program)
  const options = { cwd: consumer, env: { PATH: process.env['PATH'], ...env }, timeout: 20_000 }
  return (await promisify(execFile)(node, ['--import', './redirect.mjs', file], options)).stdout
}

describe('the package', () => {
  test('has no dependency of any kind', () => {
    const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
    expect(Object.keys(manifest).filter((key) => /dependencies/i.test(key))).toEqual([])
    expect(globSync('*', { cwd: join(consumer, 'node_modules') })).toEqual(['@getsupervisor'])
  })

  test('has nothing to be improved, as publint sees it', async () => {
    const { messages, pkg } = await publint({ pkgDir: installed, pack: false, strict: true })
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([])
  })

  test('has the right types for every way to import it, as attw sees it', async () => {
    const attw = join(ROOT, 'node_modules/@arethetypeswrong/cli/dist/index.js')
    const { stdout } = await promisify(execFile)(process.execPath, [attw, packed, '--format', 'json', '--no-color'])
    const { analysis } = JSON.parse(stdout)
    expect(Object.keys(analysis.entrypoints)).toEqual(['.', './receiver', './package.json'])
    expect(analysis.problems).toEqual([])
  })

  test("brings its license, a README and where its sources are, in nobody's name", () => {
    expect(readFileSync(join(installed, 'LICENSE'), 'utf8')).toBe(readFileSync(join(ROOT, 'LICENSE'), 'utf8'))
    expect(existsSync(join(installed, 'README.md'))).toBe(true)
    const ofHost = 'git+https://git.example.com/voice/timbre.git'
    expect(repositoryUrl('https://me:token@git.example.com/voice/timbre.git')).toBe(ofHost)
    expect(repositoryUrl('https://git.example.com/voice/timbre/')).toBe(ofHost)
    expect(repositoryUrl('git@git.example.com:voice/timbre.git')).toBe(ofHost)
    expect(repositoryUrl('ssh://git@git.example.com:2222/voice/timbre')).toBe(ofHost)
    for (const path of ['', '/srv/timbre', '../timbre', 'C:\\timbre', 'file:///srv/timbre']) {
      expect(repositoryUrl(path)).toBeUndefined()
    }
  })

  test('says nothing of our private packages, and imports nothing', () => {
    for (const file of globSync('**/*.{js,cjs,d.ts,d.cts}', { cwd: installed })) {
      const text = readFileSync(join(installed, file), 'utf8')
      expect(text).not.toMatch(/@timbre\/contract\/.*['"]|typebox|node:/)
      if (file.endsWith('.js')) expect(text).not.toMatch(/^import |\bimport\(/m)
      if (file.endsWith('.cjs')) expect(text).not.toMatch(/\brequire\(/)
    }
  })
})

/** Lets a program that calls the public address, as the README's do, call the test's server instead. */
const REDIRECT = `
const original = globalThis.fetch
globalThis.fetch = (url, init) => original(String(url).replace(/^https:\\/\\/[^/]+/, process.env.TEST_URL), init)
`

describe.each(NODES)('on Node $version', ({ node, version }) => {
  beforeAll(() => writeFileSync(join(consumer, 'redirect.mjs'), REDIRECT))

  test('verifies a signature, refuses a forged one, and says which Node it ran on', async () => {
    const program = `
      import { createHmac } from 'node:crypto'
      import { constructEvent, verifySignature } from '${NAME}/receiver'
      const body = JSON.stringify({ id: 'evt_1', type: 'call.completed', created_at: '', data: { call_id: 'ñ' } })
      const secret = 'sixteen-characters-or-more'
      const headers = { 'X-Supervisor-Signature': 'sha256=' + createHmac('sha256', secret).update(body).digest('hex') }
      const event = await constructEvent(Buffer.from(body), headers, secret, { requireTimestamp: false })
      const codes = []
      for (const [text, options] of [[body + 'x', { requireTimestamp: false }], [body, {}], [body, { toleranceSeconds: NaN }]]) {
        codes.push(await verifySignature(text, headers, secret, options).catch((error) => error.code ?? error.name))
      }
      console.log(process.version, event.data.call_id, ...codes)`
    expect(await run(node, 'verify.mjs', program)).toBe(`${version} ñ wrong_secret no_signature TypeError\n`)
  })

  test('is required by CommonJS as it is imported', async () => {
    const program = `
      const sdk = require('${NAME}')
      const receiver = require('${NAME}/receiver')
      const imported = Promise.all([import('${NAME}'), import('${NAME}/receiver')])
      imported.then(([asSdk, asReceiver]) => {
        const same = (one, other) => Object.keys(one).sort().join() === Object.keys(other).filter((name) => !['default', 'module.exports'].includes(name)).sort().join()
        console.log(typeof sdk.createClient, typeof receiver.expressReceiver, same(sdk, asSdk), same(receiver, asReceiver))
      })`
    expect(await run(node, 'required.cjs', program)).toBe('function function true true\n')
  })

  test('the first two examples of the README, which are those of the reference, run as they stand', async () => {
    const seen: string[] = []
    const server = createServer((request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers['x-api-key']} ${request.headers['x-workspace-id']}`)
      const answer = { id: 'the-id', secretPreview: 'whsec_****', eventKey: 'call.status.updated' }
      response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo // a listening TCP server has one
    const env = { TEST_URL: `http://127.0.0.1:${port}`, WORKSPACE_ID: 'the-workspace', API_KEY: 'the-key' }
    const printed = []
    for (const example of EXAMPLES.slice(0, 2)) {
      printed.push(await run(node, 'example.mjs', transformSync(example, { loader: 'ts' }).code, env))
    }
    await new Promise((resolve) => server.close(resolve))
    expect(printed).toEqual(['the-id whsec_****\n', 'the-id call.status.updated\n'])
    expect(seen).toEqual([
      'POST /v1/webhooks the-key the-workspace',
      'POST /v1/webhooks/wh_01J8XW1N9P2Q3R4S5T6U/subscriptions the-key the-workspace',
    ])
  })
})

describe('the types', () => {
  test.each([
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ])('let every example of the README compile (module %s, resolution %s)', (module, resolution) => {
    for (const name of ['express', 'fastify', 'hono', '@types']) {
      const link = join(consumer, 'node_modules', name)
      if (!existsSync(link)) symlinkSync(join(ROOT, 'node_modules', name), link)
    }
    const files = EXAMPLES.map((example, index) => {
      writeFileSync(join(consumer, `example-${index}.ts`), example)
      return `example-${index}.ts`
    })
    expect(files.length).toBeGreaterThan(8)
    // Express comes without types of its own; everything of ours is checked strictly.
    const options = [
      '--strict',
      '--noImplicitAny',
      'false',
      '--exactOptionalPropertyTypes',
      '--noEmit',
      '--types',
      'node',
    ]
    const modules = ['--ignoreConfig', '--target', 'es2022', '--module', module, '--moduleResolution', resolution]
    const compiler = [join(ROOT, 'node_modules/typescript/bin/tsc'), ...options, ...modules, '--skipLibCheck', ...files]
    const result = execute(compiler)
    expect(result).toBe('')
  })
})

/** What a program prints, whether it succeeds or not. */
function execute(args: readonly string[]): string {
  try {
    return execFileSync(process.execPath, args, { cwd: consumer, encoding: 'utf8' })
  } catch (error) {
    return String((error as { stdout?: string }).stdout ?? error) // execFileSync throws an error with the output
  }
}
