import { describe, expect, test } from 'vitest'
import { addressAccount, clientAddresses } from './client-address.ts'

function addressOf(trusted: readonly string[], peer: string, forwardedFor?: string): string {
  const request = {
    headers: forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor },
    socket: { remoteAddress: peer },
  }
  return clientAddresses(trusted).of(request as never) // the two parts of a request that are asked for
}

describe('where a request comes from', () => {
  test.each([
    [[], '192.0.2.1', '198.51.100.1', '192.0.2.1'],
    [['10.0.0.0/8'], '192.0.2.1', '198.51.100.1', '192.0.2.1'],
    [['10.0.0.0/8'], '10.0.0.1', '198.51.100.1', '198.51.100.1'],
    [['10.0.0.0/8'], '::ffff:10.0.0.1', '198.51.100.1', '198.51.100.1'],
    [['10.0.0.0/8'], '10.0.0.1', '203.0.113.9, 198.51.100.1, 10.2.0.1', '198.51.100.1'],
    [['10.0.0.0/8'], '10.0.0.1', '10.9.9.9', '10.9.9.9'],
    [['10.0.0.0/8'], '10.0.0.1', undefined, '10.0.0.1'],
    [['10.0.0.0/8'], '10.0.0.1', 'unknown, 10.2.0.1', '10.2.0.1'],
    [['10.0.0.0/8'], '10.0.0.1', '198.51.100.1:4711', '198.51.100.1'],
    [['fd00::/8'], 'fd00::1', '[2001:db8::1]:4711', '2001:db8::1'],
    [['192.0.2.7'], '192.0.2.7', '198.51.100.1', '198.51.100.1'],
  ])('with the trusted proxies %j, from %s, forwarded for %s: %s', (trusted, peer, forwardedFor, address) => {
    expect(addressOf(trusted, peer, forwardedFor)).toBe(address)
  })

  test('is counted by the network of an IPv6 address, and by an IPv4 address itself', () => {
    expect(addressAccount('2001:db8:1:2::3')).toBe(addressAccount('2001:db8:1:2:ffff::4'))
    expect(addressAccount('2001:db8:1:2::3')).not.toBe(addressAccount('2001:db8:1:3::3'))
    expect(addressAccount('192.0.2.1')).toBe('192.0.2.1')
  })
})
