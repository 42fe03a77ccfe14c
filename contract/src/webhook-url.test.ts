import { describe, expect, test } from 'vitest'
import { refusedUrl } from './webhook-url.ts'

describe('the URL of a webhook', () => {
  test.each([
    ['https://miapp.com/webhooks/supervisor', undefined],
    ['https://miapp.com:8443/a?b=c', undefined],
    ['http://miapp.com/', 'not_https'],
    ['ftp://miapp.com/', 'not_https'],
    ['https://user:password@miapp.com/', 'has_credentials'],
    ['https://user@miapp.com/', 'has_credentials'],
    ['https://miapp.com/#part', 'has_fragment'],
    ['https://miapp.com/#', 'has_fragment'],
    ['/webhooks', 'not_a_url'],
    ['https://', 'not_a_url'],
    ['', 'not_a_url'],
    ['https://mi app.com/', 'has_control_character'],
    ['https://miapp.com/\n', 'has_control_character'],
    [`https://miapp.com/${'a'.repeat(2048)}`, 'too_long'],
  ])('%s: %s', (url, reason) => {
    expect(refusedUrl(url)).toBe(reason)
  })

  test('may be http:// for loopback hosts in development mode, and for no other host', () => {
    const dev = { allowHttpLoopback: true }
    for (const host of ['localhost', '127.0.0.1', '[::1]', 'crm.localhost'])
      expect(refusedUrl(`http://${host}:3000/`, dev)).toBeUndefined()
    for (const host of ['miapp.com', 'localhost.miapp.com', '10.0.0.1'])
      expect(refusedUrl(`http://${host}/`, dev)).toBe('not_https')
  })
})
