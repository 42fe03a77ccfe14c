import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { refusedHeader } from './custom-headers.ts'

const never = [
  'Authorization',
  'Cookie',
  'Set-Cookie',
  'Host',
  'Content-Type',
  'content-length',
  'Transfer-Encoding',
  'Connection',
  'TE',
  'Upgrade',
  'Keep-Alive',
  'Proxy-Authorization',
  'webhook-id',
  'Webhook-Signature',
  'User-Agent',
  'X-Supervisor-Signature',
]

describe('a custom header', () => {
  test('beginning with X- is allowed, as in the seed', () => {
    expect(refusedHeader({ 'X-Custom-Signature': 'allowed', 'x-team': 'crm' })).toBeUndefined()
  })

  test.each(never)('%s is never allowed, not even when the operator adds it', (name) => {
    expect(refusedHeader({ [name]: 'v' }, [name])).toEqual({ name, reason: 'not_allowed' })
  })

  test.each(['X-Forwarded-For', 'X-Real-IP', 'X-Request-Id', 'X-Timbre-Node'])('%s is reserved', (name) => {
    expect(refusedHeader({ [name]: 'v' })).toEqual({ name, reason: 'not_allowed' })
  })

  test('without X- is allowed only when the operator adds its name, in any case', () => {
    expect(refusedHeader({ Tenant: 'a' })).toEqual({ name: 'Tenant', reason: 'not_allowed' })
    expect(refusedHeader({ Tenant: 'a' }, ['tenant'])).toBeUndefined()
  })

  test('given twice in different case is refused', () => {
    expect(refusedHeader({ 'X-A': '1', 'x-a': '2' })).toEqual({ name: 'x-a', reason: 'duplicate' })
  })

  test('can be given 20 times, with 4096 bytes each, and no more', () => {
    const some = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`X-${index}`, 'v']))
    expect(refusedHeader(some(20))).toBeUndefined()
    expect(refusedHeader(some(21))?.reason).toBe('too_many')
    expect(refusedHeader({ 'X-A': 'v'.repeat(4096) })).toBeUndefined()
    expect(refusedHeader({ 'X-A': 'v'.repeat(4097) })?.reason).toBe('value_too_long')
  })

  test('never carries a control character or a name that is no token: nothing can be smuggled into the request', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ unit: 'binary' }), (name, value) => {
        if (refusedHeader({ [`X-${name}`]: value }) !== undefined) return
        expect(`X-${name}`).toMatch(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/)
        expect(value).toMatch(/^[\t\x20-\x7e]*$/)
      }),
    )
    for (const value of ['a\r\nHost: evil', 'a\nb', 'a\0b', 'ñ'])
      expect(refusedHeader({ 'X-A': value })?.reason).toBe('bad_value')
  })
})
