// Clients that others generate from the document of a running server: generated, compiled strictly, and run against that server.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { installed, writeFiles } from '../sdk/tools.ts'
import { Receiver } from '../support/receiver.ts'
import { TimbreProcess } from '../support/timbre-process.ts'
import { DONE, HEY_API, OPENAPI_FETCH, ORVAL } from './programs.ts'
import { runProgram } from './run-program.ts'

/** Each exactly one; TypeScript is the newest that openapi-typescript takes. */
const PACKAGES = {
  '@hey-api/openapi-ts': '0.99.0',
  '@redocly/cli': '2.77.0',
  '@stoplight/spectral-cli': '6.16.3',
  '@types/node': '22.20.7',
  'openapi-fetch': '0.17.0',
  'openapi-typescript': '7.13.0',
  orval: '8.38.0',
  typescript: '5.9.3',
  zod: '4.6.7',
}

const timbre = new TimbreProcess({ settings: { TIMBRE_DEV: '1' } })
let receiver: Receiver
let tools: string
let home: string

beforeAll(async () => {
  tools = installed('clients', PACKAGES)
  mkdirSync(join(tools, 'projects'), { recursive: true })
  home = mkdtempSync(join(tools, 'projects', 'run-'))
  receiver = await new Receiver().start()
  await timbre.start()
  const openapi = await (await fetch(`${timbre.address}/openapi.json`)).text()
  writeFiles(home, {
    'openapi.json': openapi,
    'package.json': '{ "name": "customer", "private": true, "type": "module" }',
    '.spectral.yaml': 'extends: ["spectral:oas"]\n',
  })
}, 600_000)
afterAll(async () => {
  await timbre.destroy()
  await receiver?.stop()
  if (home !== undefined) rmSync(home, { recursive: true, force: true })
})

const inTools = (file: string) => join(tools, 'node_modules', file)
const environment = () => ({
  ADDRESS: timbre.address,
  API_KEY: timbre.apiKey,
  WORKSPACE_ID: timbre.workspaceId,
  RECEIVER: receiver.url(),
})
const run = (file: string, args: readonly string[], cwd = home) =>
  runProgram(process.execPath, [file, ...args], { cwd, env: environment() })

/** Compiles the program of a folder with the client in it, and runs it. */
async function used(folder: string, program: string): Promise<string> {
  const project = join(home, folder)
  writeFiles(project, { 'program.ts': program })
  const strict = ['--strict', '--noUncheckedIndexedAccess', '--skipLibCheck', '--types', 'node']
  const target = ['--target', 'es2023', '--lib', 'es2023,dom,dom.iterable', '--module', 'esnext']
  const options = [...strict, ...target, '--moduleResolution', 'bundler', '--noEmit']
  await run(inTools('typescript/bin/tsc'), [...options, 'program.ts'], project)
  const outfile = join(project, 'program.mjs')
  await build({ entryPoints: [join(project, 'program.ts')], bundle: true, platform: 'node', format: 'esm', outfile })
  return run(outfile, [], project)
}

describe('a client that is generated from /openapi.json', () => {
  test('by openapi-typescript, with openapi-fetch', async () => {
    await run(inTools('openapi-typescript/bin/cli.js'), ['openapi.json', '-o', 'openapi-fetch/schema.ts'])
    expect(await used('openapi-fetch', OPENAPI_FETCH)).toBe(`${DONE}\n`)
  })

  test('by @hey-api/openapi-ts', async () => {
    const args = ['-i', 'openapi.json', '-o', 'hey-api/client', '-c', '@hey-api/client-fetch']
    await run(inTools('@hey-api/openapi-ts/bin/run.js'), args)
    expect(await used('hey-api', HEY_API)).toBe(`${DONE}\n`)
  })

  test('by orval, with the zod schemas of every body', async () => {
    const output = (client: string, file: string) => ({
      input: './openapi.json',
      output: { target: `./orval/${file}.ts`, client, mode: 'single' },
    })
    const config = { fetch: output('fetch', 'client'), zod: output('zod', 'zod') }
    writeFiles(home, { 'orval.config.mjs': `export default ${JSON.stringify(config)}` })
    await run(inTools('orval/dist/bin/orval.mjs'), ['--config', 'orval.config.mjs'])
    expect(await used('orval', ORVAL)).toBe(`${DONE}\n`)
  })
})

describe('the document', () => {
  test('gives redocly nothing to warn of', async () => {
    const said = await run(inTools('@redocly/cli/bin/cli.js'), ['lint', 'openapi.json', '--format', 'json'])
    const { totals } = JSON.parse(said) as { totals: object }
    expect(totals).toMatchObject({ errors: 0, warnings: 0 })
  })

  test('gives spectral nothing to warn of', async () => {
    const said = await run(inTools('@stoplight/spectral-cli/dist/index.js'), [
      ...['lint', 'openapi.json', '--fail-severity', 'hint', '--format', 'json', '--quiet'],
    ])
    expect(JSON.parse(said)).toEqual([])
  })
})
