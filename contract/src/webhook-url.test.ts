import { describe, expect, test } from 'vitest'
import { canonicalUrl, refusedUrl } from './webhook-url.ts'

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
    ['https://miapp.com', undefined],
    ['https://miapp.com?b', undefined],
    ['https://miapp.com:443/', undefined],
    ['https://miapp.com./', undefined],
    ['https://xn--mnchen-3ya.de/', undefined],
    ['https://[2606:4700::1111]/', undefined],
    ['https:\\\\localhost:22', 'not_canonical'],
    ['https:localhost', 'not_canonical'],
    ['https:/miapp.com/', 'not_canonical'],
    ['https:///miapp.com/', 'not_canonical'],
    ['https://@miapp.com/', 'not_canonical'],
    ['https://:@miapp.com/', 'not_canonical'],
    ['https://miapp.com\\@other.com/', 'not_canonical'],
    ['https://miapp.com:0443/', 'not_canonical'],
    ['https://miapp.com:/', 'not_canonical'],
    ['https://miapp.com:08443/', 'not_canonical'],
    ['https://MiApp.com/', 'not_canonical'],
    ['HTTPS://miapp.com/', 'not_canonical'],
    ['https://münchen.de/', 'not_canonical'],
    ['https://miapp。com/', 'not_canonical'],
    ['https://m%69app.com/', 'not_canonical'],
    ['https://2130706433/', 'not_canonical'],
    ['https://0x7f.1/', 'not_canonical'],
    ['https://[::FFFF:127.0.0.1]/', 'not_canonical'],
    ['https://[2606:4700:0::1111]/', 'not_canonical'],
    ['https://./', 'not_a_url'],
    ['https://.', 'not_a_url'],
    ['https://a..b/', 'not_a_url'],
    ['https://.miapp.com/', 'not_a_url'],
  ])('%s: %s', (url, reason) => {
    expect(refusedUrl(url)).toBe(reason)
  })

  test('is told in the form to use when it is written in another', () => {
    expect(canonicalUrl('https:\\\\MiApp.com:443\\hooks?a=B')).toBe('https://miapp.com/hooks?a=B')
  })

  test('may be http:// for loopback hosts in development mode, and for no other host', () => {
    const dev = { allowHttpLoopback: true }
    for (const host of ['localhost', '127.0.0.1', '[::1]', 'crm.localhost'])
      expect(refusedUrl(`http://${host}:3000/`, dev)).toBeUndefined()
    for (const host of ['miapp.com', 'localhost.miapp.com', '10.0.0.1'])
      expect(refusedUrl(`http://${host}/`, dev)).toBe('not_https')
  })
})
