// Owns the rules of what is loaded at a start, and when: each thread has modules of its own, and most of a start is loading.
import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'

const STORAGE_WORKER = new URL('../../server/src/storage/sqlite/thread/storage-worker.ts', import.meta.url)
const MAIN = new URL('../../server/src/main.ts', import.meta.url)
const SERVE = new URL('../../server/src/serve.ts', import.meta.url)
const LOADED = `
import { registerHooks } from 'node:module'
registerHooks({ load: (url, context, next) => { process.stdout.write(url + '\\n'); return next(url, context) } })
await import(process.argv[1]).catch((error) => { if (!String(error).includes('runs in a thread')) throw error })
process.stdout.write(process.moduleLoadList.join('\\n'))
`

test('a thread of the storage loads no library of schemas, and no HTTP', () => {
  const loaded = loadedBy(STORAGE_WORKER)
  expect(loaded).toContain(STORAGE_WORKER.href)
  expect(packagesOf(loaded)).toContain('kysely')
  expect(packagesOf(loaded).filter((name) => /^(typebox|ajv|fastify|pino|pg)$/.test(name))).toEqual([])
})

test('what only serves is loaded while the database is opened, not before', () => {
  const loaded = loadedBy(MAIN)
  expect(loaded).toContain(MAIN.href)
  expect(packagesOf(loaded)).toContain('pino')
  expect(packagesOf(loaded).filter((name) => /^(ajv|fastify|prom-client|pg|kysely)$/.test(name))).toEqual([])
  expect(loaded).not.toContain(SERVE.href)
})

test('the server loads no second HTTP client', () => {
  const loaded = loadedBy(SERVE)
  expect(packagesOf(loaded)).toContain('fastify')
  expect(loaded).toContain('NativeModule http')
  // See server/src/api/http/node-http.ts.
  expect(loaded.filter((name) => /undici/.test(name))).toEqual([])
})

/** Files, then the modules of Node. */
function loadedBy({ href }: URL): string[] {
  const script = ['--input-type=module', '--eval', LOADED, '--', href]
  return execFileSync(process.execPath, script, { encoding: 'utf8' }).trim().split('\n')
}

function packagesOf(loaded: readonly string[]): string[] {
  const names = loaded.map((url) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1])
  return [...new Set(names.filter((name) => name !== undefined))]
}
