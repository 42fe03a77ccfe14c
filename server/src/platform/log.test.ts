// Owns the guarantee that no secret leaves through the log. Must never write to standard output.
import { expect, test } from 'vitest'
import { makeLog } from './log.ts'

const SECRET = 'hush-4f0c9d'

function logged(write: (log: ReturnType<typeof makeLog>) => void, level = 'info'): string {
  let text = ''
  const log = makeLog({
    level,
    destination: {
      write(line) {
        text += line
      },
    },
  })
  write(log)
  return text
}

const NAMES = ['authorization', 'Authorization', 'x-api-key', 'X-API-Key', 'apiKey', 'secret', 'previousSecret', 'key']
const MORE_NAMES = ['cookie', 'set-cookie', 'masterKey', 'admin_key', 'password', 'token']

test.each([...NAMES, ...MORE_NAMES])('writes nothing of %s, wherever it is nested', (name) => {
  const error = Object.assign(new Error('failed', { cause: Object.assign(new Error('why'), { [name]: SECRET }) }), {
    [name]: SECRET,
    request: { headers: { [name]: SECRET } },
  })
  const text = logged((log) => {
    log.info({ [name]: SECRET }, 'top')
    log.info({ a: { b: { c: [{ [name]: SECRET }] } } }, 'deep')
    log.info({ a: { [name]: [SECRET] } }, 'list')
    log.info({ a: new Map([['x', { [name]: SECRET }]]) }, 'map')
    log.error({ err: error }, 'error')
    log.error(error)
    log.child({ [name]: SECRET, a: { [name]: SECRET } }).info('child')
  })
  expect(text.trim().split('\n')).toHaveLength(7)
  expect(text).not.toContain(SECRET)
  expect(text).toContain('[redacted]')
})

test('writes no signing secret, API key or credentials that stand inside a text', () => {
  const text = logged((log) => {
    log.info(`sent with whsec_${SECRET} and sk_live_${SECRET}`)
    log.info({ note: `Authorization: Bearer ${SECRET}`, url: `postgres://timbre:${SECRET}@db/timbre` }, 'x')
    log.error(new Error(`bad key sk_admin_${SECRET}`))
    log.child({ note: `sk_sbox_${SECRET}` }).info('child')
  })
  expect(text).not.toContain(SECRET)
  expect(text).toContain('@db/timbre')
})

test('writes one JSON line per message with level, time, fields and the error', () => {
  const text = logged((log) => log.error({ err: new TypeError('odd'), webhookId: 'w1' }, 'a step failed'))
  const line: Record<string, unknown> = JSON.parse(text)
  expect(line).toMatchObject({
    level: 'error',
    msg: 'a step failed',
    webhookId: 'w1',
    err: { type: 'TypeError', message: 'odd' },
  })
  expect(line['time']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
})

test('writes nothing below its level', () => {
  expect(logged((log) => log.info('quiet'), 'warn')).toBe('')
  expect(logged((log) => log.fatal('quiet'), 'silent')).toBe('')
})

test('survives a circle and bytes in what is logged', () => {
  const circle: Record<string, unknown> = { bytes: Buffer.from(SECRET) }
  circle['self'] = circle
  expect(logged((log) => log.info(circle, 'round'))).not.toContain(SECRET)
})
