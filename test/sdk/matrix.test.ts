// The SDK, installed from a running server into an empty project, with what customers have.

import { once } from 'node:events'
import { existsSync, globSync, readFileSync, renameSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { signRequest } from '@getsupervisor/agents-studio-sdk/receiver'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildAndStartNext } from './next-app.ts'
import { COMMON_JS, ES_MODULE, PRINTED, TYPED } from './programs.ts'
import { type Projects, projects, run, SECRET } from './project.ts'
import { NODE_OF_TOOLS, NODE_VERSIONS, nodeOf, TYPESCRIPT_VERSIONS } from './tools.ts'

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
if (CHROMIUM === undefined) console.error('The SDK is not run in a page: there is no Chromium in /usr/bin.')

let all: Projects

beforeAll(async () => {
  all = await projects()
}, 600_000)
afterAll(() => all?.remove())

/** Runs a tool by its file in the folder of tools. */
function tool(file: string, args: readonly string[], project: string): Promise<string> {
  return run(nodeOf(all.tools, NODE_OF_TOOLS), [join(all.tools, 'node_modules', file), ...args], project)
}

const print = 'used().then(console.log)'

describe.each(NODE_VERSIONS)('on Node %s', (version) => {
  test('as an ES module and as CommonJS', async () => {
    const project = all.make({ 'module.mjs': ES_MODULE + print, 'common.cjs': COMMON_JS + print })
    const node = nodeOf(all.tools, version)
    expect((await run(node, ['--version'], project)).trim()).toBe(`v${version}`)
    for (const file of ['module.mjs', 'common.cjs']) expect(await run(node, [file], project)).toBe(`${PRINTED}\n`)
  })
})

/** How a project may be compiled. Node's types bring fetch; a browser's project has those of the DOM. */
const COMPILED: readonly { name: string; file: string; options: readonly string[]; until?: string }[] = [
  {
    name: 'ES module, nodenext',
    file: 'used.mts',
    options: ['--module', 'nodenext', '--lib', 'es2022', '--types', 'node'],
  },
  {
    name: 'CommonJS, nodenext',
    file: 'used.cts',
    options: ['--module', 'nodenext', '--lib', 'es2022', '--types', 'node'],
  },
  { name: 'CommonJS, node16', file: 'used.cts', options: ['--module', 'node16', '--lib', 'es2022', '--types', 'node'] },
  {
    name: 'a bundler, for browsers',
    file: 'used.ts',
    options: [
      '--module',
      'esnext',
      '--moduleResolution',
      'bundler',
      '--lib',
      'es2022,dom,dom.iterable',
      '--typeRoots',
      './none',
    ],
  },
  {
    name: 'CommonJS, node10',
    file: 'used.ts',
    options: ['--module', 'commonjs', '--moduleResolution', 'node', '--lib', 'es2022', '--types', 'node'],
    until: '6.0', // which calls it deprecated
  },
]

describe.each(TYPESCRIPT_VERSIONS)('with TypeScript %s', (version) => {
  const compiled = COMPILED.filter(({ until: end }) => end === undefined || Number.parseFloat(version) < Number(end))
  test.each(compiled)('$name', async ({ file, options }) => {
    const project = all.make({ [file]: TYPED })
    const strict = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--target', 'es2022']
    const compile = (skipLibCheck: string) =>
      tool(`typescript-${version}/bin/tsc`, [...strict, ...options, '--skipLibCheck', skipLibCheck, file], project)
    await Promise.all([compile('true'), compile('false')])
  })
})

describe('in a test runner', () => {
  test('Jest, with require', async () => {
    const body = `test('the SDK', async () => expect(await used()).toBe('${PRINTED}'))`
    const project = all.make({ 'used.test.js': COMMON_JS + body, 'jest.config.js': 'module.exports = {}' })
    await tool('jest/bin/jest.js', ['--rootDir', project, '--ci'], project)
  })

  test('Vitest', async () => {
    const body = `import { expect, test } from 'vitest'\ntest('the SDK', async () => expect(await used()).toBe('${PRINTED}'))`
    const project = all.make({ 'used.test.mjs': ES_MODULE + body })
    expect(await tool('vitest/vitest.mjs', ['run', '--root', project], project)).toMatch(/1 passed/)
  })
})

describe('in a bundle', () => {
  const keep = 'globalThis.used = used\n'
  const runBundle = (file: string, project: string) =>
    run(nodeOf(all.tools, NODE_OF_TOOLS), ['-e', `import('${file}').then(() => used()).then(console.log)`], project)

  test.each(['browser', 'node', 'neutral'])('esbuild, platform %s', async (platform) => {
    const project = all.make({ 'main.mjs': ES_MODULE + keep })
    const args = ['--bundle', '--minify', '--format=esm', `--platform=${platform}`, '--outfile=out.mjs', 'main.mjs']
    await run(join(all.tools, 'node_modules/esbuild/bin/esbuild'), args, project)
    expect(await runBundle('./out.mjs', project)).toBe(`${PRINTED}\n`)
  })

  test('Vite, for browsers', async () => {
    const project = all.make({
      'index.html': '<script type="module" src="/main.js"></script>',
      'main.js': ES_MODULE + keep,
      // The polyfill is for pages, and there is none here.
      'vite.config.mjs': 'export default { build: { modulePreload: { polyfill: false } } }',
    })
    await tool('vite/bin/vite.js', ['build', '--logLevel', 'warn'], project)
    const [file = 'none'] = globSync('dist/assets/*.js', { cwd: project })
    expect(readFileSync(join(project, file), 'utf8')).not.toMatch(/node:|__vite-browser-external/)
    renameSync(join(project, file), join(project, 'out.mjs'))
    expect(await runBundle('./out.mjs', project)).toBe(`${PRINTED}\n`)
  })

  test.skipIf(CHROMIUM === undefined)('a page in Chromium', async () => {
    const show = "used().then((text) => { document.body.textContent = 'It says: ' + text })"
    const project = all.make({
      'index.html': '<!doctype html><body><script type="module" src="/main.js"></script></body>',
      'main.js': ES_MODULE + show,
    })
    await tool('vite/bin/vite.js', ['build', '--logLevel', 'warn'], project)
    const site = createServer(({ url = '/' }, response) => {
      const file = join(project, 'dist', url === '/' ? 'index.html' : url)
      response.setHeader('content-type', file.endsWith('.js') ? 'text/javascript' : 'text/html; charset=utf-8')
      response.writeHead(existsSync(file) ? 200 : 404).end(existsSync(file) ? readFileSync(file) : '')
    })
    site.listen(0, '127.0.0.1')
    await once(site, 'listening')
    const { port } = site.address() as AddressInfo // a listening TCP server has one
    try {
      const args = ['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${join(project, 'profile')}`]
      const wait = ['--virtual-time-budget=20000', '--dump-dom', `http://127.0.0.1:${port}/`]
      expect(await run(CHROMIUM ?? '', [...args, ...wait], project)).toContain(`It says: ${PRINTED}<`)
    } finally {
      site.closeAllConnections()
      site.close()
    }
  })

  test('Next: a route handler that receives, and a page that has the client', async () => {
    const project = all.make({
      'app/layout.js': `export default ({ children }) => <html lang="en"><body>{children}</body></html>`,
      'app/page.js': `'use client'\n${ES_MODULE}\nexport default () => <button onClick={() => used().then(alert)}>{typeof createClient}</button>`,
      'app/webhooks/supervisor/route.js': `
        import { nextReceiver } from '@getsupervisor/agents-studio-sdk/receiver'
        export const POST = nextReceiver({ secret: process.env.WEBHOOK_SECRET, onEvent: (event) => console.log(event.id) })`,
    })
    const { address, end } = await buildAndStartNext(all.tools, project)
    try {
      expect(await (await fetch(address)).text()).toContain('<button>function</button>')
      const request = await signRequest({ type: 'call.completed', data: { call_id: 'ñ' } }, SECRET)
      const answers = [request, { ...request, body: `${request.body} ` }].map(async (sent) => {
        const answer = await fetch(`${address}/webhooks/supervisor`, sent)
        return [answer.status, await answer.json()]
      })
      expect(await Promise.all(answers)).toMatchObject([
        [200, { received: true }],
        [400, { code: 'body_changed' }],
      ])
    } finally {
      await end()
    }
  })
})
