import { afterEach, beforeEach, expect, test } from 'vitest'
import type { DashboardBuild } from '../../platform/dashboard-files.ts'
import { type ApiUnderTest, startApi } from '../testing/test-api.ts'

const FILES: Readonly<Record<string, string>> = {
  'index.html': '<!doctype html>',
  'assets/index-1.js': 'start()',
  'assets/index-1.js.br': 'as br',
  'assets/index-1.js.gz': 'as gzip',
}
const BUILD: DashboardBuild = {
  list: {
    screens: ['deliveries', 'webhooks'],
    files: {
      '/': { type: 'text/html; charset=utf-8', names: { identity: 'index.html' } },
      '/assets/index-1.js': {
        type: 'text/javascript; charset=utf-8',
        names: { identity: 'assets/index-1.js', br: 'assets/index-1.js.br', gzip: 'assets/index-1.js.gz' },
      },
    },
  },
  read: (name) => Buffer.from(FILES[name] ?? ''),
}
const AS_BROWSER = { accept: 'text/html,application/xhtml+xml' }

let api: ApiUnderTest
const get = (url: string, headers: Record<string, string> = AS_BROWSER) => api.app.inject({ url, headers })

beforeEach(async () => {
  api = await startApi({ dashboard: { build: BUILD, frameAncestors: [] } })
})
afterEach(() => api.stop())

test('the page is at / and at the paths of its screens, whatever is below them', async () => {
  for (const path of ['/', '/deliveries', '/deliveries/019?status=failed', '/webhooks/a/b/c']) {
    const { statusCode, body, headers } = await get(path)
    expect([path, statusCode, body]).toEqual([path, 200, '<!doctype html>'])
    expect(headers['cache-control']).toBe('no-cache')
  }
})

test('who looks for the API without its /v1 is told so', async () => {
  const { statusCode, body } = await get('/webhooks', { accept: 'application/json' })
  expect(statusCode).toBe(404)
  expect(JSON.parse(body).code).toBe('ROUTE_NOT_FOUND')
})

test('nothing that the list does not name is there', async () => {
  for (const path of [
    '/assets/index-2.js',
    '/assets/../list.json',
    '/list.json',
    '/built-from',
    '/toString',
    '/nothing',
  ])
    expect([path, (await get(path)).statusCode]).toEqual([path, 404])
})

test('its policy allows its own files and no inline script or style, and no frame', async () => {
  const { headers } = await get('/')
  expect(headers['content-security-policy']).not.toContain('unsafe-')
  expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
  expect(headers['x-frame-options']).toBe('DENY')
})

test('the origins that the operator names may show it in a frame', async () => {
  await api.stop()
  api = await startApi({ dashboard: { build: BUILD, frameAncestors: ['https://app.example.com'] } })
  const { headers } = await get('/')
  expect(headers['content-security-policy']).toContain('frame-ancestors https://app.example.com')
  expect(headers['x-frame-options']).toBeUndefined()
  expect((await get('/docs')).headers['x-frame-options']).toBe('DENY')
})

test('a file is kept for ever, in the coding that the browser takes', async () => {
  const script = (accepted: string) => get('/assets/index-1.js', { 'accept-encoding': accepted })
  const compressed = await script('gzip, deflate, br')
  expect([compressed.body, compressed.headers['content-encoding']]).toEqual(['as br', 'br'])
  expect(compressed.headers).toMatchObject({
    vary: 'accept-encoding',
    'cache-control': 'public, max-age=31536000, immutable',
  })
  expect((await script('gzip, br;q=0')).body).toBe('as gzip')
  expect((await script('identity')).body).toBe('start()')
})

test('what the browser has is not sent again', async () => {
  const { headers } = await get('/')
  const again = await get('/', { ...AS_BROWSER, 'if-none-match': String(headers.etag) })
  expect([again.statusCode, again.body]).toEqual([304, ''])
})

test('another method is told which there are', async () => {
  const { statusCode, headers } = await api.app.inject({ method: 'POST', url: '/' })
  expect([statusCode, headers.allow]).toEqual([405, 'GET, HEAD'])
})

test('where it is not built, / leads to the docs', async () => {
  await api.stop()
  api = await startApi({ dashboard: undefined })
  const { statusCode, headers } = await get('/')
  expect([statusCode, headers.location]).toEqual([302, 'docs'])
})
