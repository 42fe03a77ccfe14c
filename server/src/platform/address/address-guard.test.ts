// Owns the guarantees of the address guard: every forbidden address is refused in every spelling, public ones pass.
// Must never need a network.
import fc from 'fast-check'
import ipaddr from 'ipaddr.js'
import { describe, expect, test } from 'vitest'
import {
  isAllowedAddress,
  isAllowedScheme,
  isAllowedTargetAddress,
  isCidr,
  refusedTarget,
  type TargetPolicy,
} from './address-guard.ts'
import { FORBIDDEN_IPV4, FORBIDDEN_IPV6 } from './forbidden-ranges.ts'

const STRICT: TargetPolicy = { allowTargets: [], allowLoopback: false }
const DEV: TargetPolicy = { allowTargets: [], allowLoopback: true }

/** Any address of a CIDR, as its bytes. */
function bytesWithin(cidr: string): fc.Arbitrary<number[]> {
  const [network, bits] = ipaddr.parseCIDR(cidr)
  const base = network.toByteArray()
  return fc.array(fc.nat(255), { minLength: base.length, maxLength: base.length }).map((random) =>
    base.map((byte, index) => {
      const fixed = Math.min(Math.max(bits - index * 8, 0), 8)
      const mask = (0xff << (8 - fixed)) & 0xff
      return (byte & mask) | ((random[index] ?? 0) & ~mask & 0xff)
    }),
  )
}

/** Spellings of an IPv4 address that a URL may carry (the WHATWG parser reads them all). */
function urlSpellings(bytes: readonly number[]): string[] {
  const [a = 0, b = 0, c = 0, d = 0] = bytes
  const whole = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0
  return [
    `${a}.${b}.${c}.${d}`,
    `${a}.${b}.${c}.${d}.`,
    `${whole}`,
    `0x${whole.toString(16)}`,
    `0${whole.toString(8)}`,
    `${a}.${whole & 0xffffff}`,
    `0x${a.toString(16)}.${b}.${whole & 0xffff}`,
    `0${a.toString(8)}.0${b.toString(8)}.0${c.toString(8)}.0${d.toString(8)}`,
    `[::ffff:${a}.${b}.${c}.${d}]`,
    `[::${a}.${b}.${c}.${d}]`,
    `[64:ff9b::${a}.${b}.${c}.${d}]`,
    `[64:ff9b:1::${a}.${b}.${c}.${d}]`,
    `[2002:${hex(a, b)}:${hex(c, d)}::1]`,
  ]
}

const hex = (high: number, low: number) => ((high << 8) | low).toString(16)

describe('isAllowedAddress', () => {
  test.each(FORBIDDEN_IPV4)('refuses every address of $cidr ($name) in every spelling of a URL', ({ cidr }) => {
    fc.assert(
      fc.property(bytesWithin(cidr), (bytes) => {
        expect(isAllowedAddress(bytes.join('.'), [])).toBe(false)
        for (const host of urlSpellings(bytes)) {
          expect(refusedTarget(new URL(`https://${host}/hook`), STRICT)).toBe('forbidden_address')
        }
      }),
      { numRuns: 50 },
    )
  })

  test.each(FORBIDDEN_IPV6)('refuses every address of $cidr ($name), written short or long', ({ cidr }) => {
    fc.assert(
      fc.property(bytesWithin(cidr), (bytes) => {
        const address = new ipaddr.IPv6(bytes)
        for (const text of [address.toString(), address.toNormalizedString(), address.toRFC5952String()]) {
          expect(isAllowedAddress(text, [])).toBe(false)
          expect(refusedTarget(new URL(`https://[${text}]/`), STRICT)).toBe('forbidden_address')
        }
      }),
      { numRuns: 50 },
    )
  })

  test('allows every IPv4 address that no row of the table names', () => {
    const rows = FORBIDDEN_IPV4.map((row) => ipaddr.IPv4.parseCIDR(row.cidr))
    const anyAddress = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255))
    fc.assert(
      fc.property(anyAddress, (bytes) => {
        const address = ipaddr.IPv4.parse(bytes.join('.'))
        expect(isAllowedAddress(bytes.join('.'), [])).toBe(!rows.some((row) => address.match(row)))
      }),
      { numRuns: 500 },
    )
  })

  test('refuses every IPv6 address outside 2000::/3', () => {
    const anyAddress = fc.array(fc.nat(255), { minLength: 16, maxLength: 16 })
    fc.assert(
      fc.property(anyAddress, (bytes) => {
        fc.pre(((bytes[0] ?? 0) & 0xe0) !== 0x20)
        expect(isAllowedAddress(new ipaddr.IPv6(bytes).toString(), [])).toBe(false)
      }),
      { numRuns: 500 },
    )
  })

  test.each([
    '1.1.1.1',
    '8.8.8.8',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.1',
    '169.253.255.255',
    '172.15.255.255',
    '172.32.0.0',
    '192.0.1.0',
    '192.167.255.255',
    '198.17.255.255',
    '198.20.0.0',
    '223.255.255.255',
    '2606:4700:4700::1111',
    '2a00:1450:4001:80b::200e',
    '2001:200::1',
    '2001:4860:4860::8888',
    '2003::1',
  ])('allows the ordinary public address %s', (address) => {
    expect(isAllowedAddress(address, [])).toBe(true)
  })

  test('refuses an address of IPv4 in the form of IPv6 also where it is allowed: no connection to it would be used', () => {
    const policy = { allowTargets: ['127.0.0.0/8'], allowLoopback: false }
    expect(refusedTarget(new URL('https://127.0.0.5/'), policy)).toBeUndefined()
    expect(refusedTarget(new URL('https://[::ffff:127.0.0.5]/'), policy)).toBe('mapped_address')
    expect(refusedTarget(new URL('https://[::ffff:8.8.8.8]/'), policy)).toBe('forbidden_address')
  })

  test.each(['', 'localhost', '127.1', '0177.0.0.1', '0x7f000001', '2130706433', '1.1.1.1 ', '1.1.1.256', '::1::'])(
    'refuses %j, which is no canonical address',
    (text) => {
      expect(isAllowedAddress(text, [])).toBe(false)
    },
  )

  test('allows a forbidden address that TIMBRE_ALLOW_TARGETS names, in plain and in mapped spelling, and no other', () => {
    const allow = ['10.1.0.0/16', 'fd00:1::/32', '192.168.7.7']
    for (const address of ['10.1.2.3', '::ffff:10.1.2.3', '::ffff:a01:203', 'fd00:1::5', '192.168.7.7']) {
      expect(isAllowedAddress(address, allow)).toBe(true)
    }
    for (const address of [
      '10.2.0.1',
      '::ffff:10.2.0.1',
      '::10.1.2.3',
      '64:ff9b::a01:203',
      'fd00:2::5',
      '192.168.7.8',
    ]) {
      expect(isAllowedAddress(address, allow)).toBe(false)
    }
    expect(isAllowedAddress('10.1.2.3', ['::ffff:10.1.0.0/112'])).toBe(false)
    expect(isAllowedAddress('::ffff:10.1.2.3', ['::ffff:10.1.0.0/112'])).toBe(true)
  })
})

describe('refusedTarget', () => {
  test.each([1, 21, 22, 25, 53, 79, 81, 110, 442, 444, 993, 1023, 0])('refuses port %i', (port) => {
    expect(refusedTarget(new URL(`https://example.com:${port}/`), STRICT)).toBe('forbidden_port')
    expect(refusedTarget(new URL(`https://10.0.0.1:${port}/`), { ...STRICT, allowTargets: ['10.0.0.0/8'] })).toBe(
      'forbidden_port',
    )
  })

  test.each([80, 443, 1024, 8443, 65535])('allows port %i', (port) => {
    expect(refusedTarget(new URL(`https://example.com:${port}/`), STRICT)).toBeUndefined()
  })

  test.each(['localhost', 'LOCALHOST', 'localhost.', 'a.localhost', 'a.localhost.'])(
    'refuses the name %s outside development mode and allows it there on any port',
    (host) => {
      expect(refusedTarget(new URL(`https://${host}:8443/`), STRICT)).toBe('forbidden_address')
      expect(refusedTarget(new URL(`https://${host}:22/`), DEV)).toBeUndefined()
      expect(refusedTarget(new URL(`http://${host}:22/`), DEV)).toBeUndefined()
    },
  )

  test('allows in development mode loopback addresses only', () => {
    for (const host of ['127.0.0.1', '127.9.9.9', '2130706433', '0x7f.1', '[::1]', '[0:0::1]']) {
      expect(refusedTarget(new URL(`https://${host}:81/`), DEV)).toBeUndefined()
    }
    for (const host of ['10.0.0.1', '169.254.169.254', '[::ffff:127.0.0.1]', '[::127.0.0.1]', '0.0.0.0', '[::]']) {
      expect(refusedTarget(new URL(`https://${host}/`), DEV)).toBe('forbidden_address')
    }
    expect(isAllowedTargetAddress('127.0.0.1', DEV)).toBe(true)
    expect(isAllowedTargetAddress('127.0.0.1', STRICT)).toBe(false)
  })

  test('allows http:// for loopback hosts in development mode only', () => {
    expect(isAllowedScheme(new URL('http://example.com/'), DEV)).toBe(false)
    expect(isAllowedScheme(new URL('http://10.0.0.1/'), DEV)).toBe(false)
    expect(isAllowedScheme(new URL('http://127.0.0.1/'), STRICT)).toBe(false)
    expect(isAllowedScheme(new URL('ftp://localhost/'), DEV)).toBe(false)
    expect(isAllowedScheme(new URL('http://[::1]:81/'), DEV)).toBe(true)
    expect(isAllowedScheme(new URL('https://example.com/'), STRICT)).toBe(true)
  })
})

test('isCidr tells what TIMBRE_ALLOW_TARGETS may hold', () => {
  for (const text of ['10.0.0.0/8', '::1/128', '192.168.1.1', 'fd00::1']) expect(isCidr(text)).toBe(true)
  for (const text of ['', '10.0.0.0/33', 'example.com', '10/8', '*']) expect(isCidr(text)).toBe(false)
})
