// Owns the rule of what a thread of the storage loads: each has modules of its own, and the library of schemas alone is 25 MB and a
// fifth of a start.
import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'

const WORKER = new URL('../../server/src/storage/sqlite/thread/storage-worker.ts', import.meta.url)
const LOADED = `
import { registerHooks } from 'node:module'
registerHooks({ load: (url, context, next) => { process.stdout.write(url + '\\n'); return next(url, context) } })
await import(process.argv[1]).catch((error) => { if (!String(error).includes('runs in a thread')) throw error })
`

test('a thread of the storage loads no library of schemas, and no HTTP', () => {
  const script = ['--input-type=module', '--eval', LOADED, '--', WORKER.href]
  const loaded = execFileSync(process.execPath, script, { encoding: 'utf8' }).trim().split('\n')
  expect(loaded).toContain(WORKER.href)
  expect(loaded.some((url) => url.includes('/node_modules/kysely/'))).toBe(true)
  expect(loaded.filter((url) => /\/node_modules\/(typebox|ajv|fastify|pino|pg)\//.test(url))).toEqual([])
})
