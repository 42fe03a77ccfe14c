// Owns the guarantees of sending about where the transport does not go, against real servers on this machine.
// Must never reach beyond 127.0.0.1 and ::1.
import { afterEach, describe, expect, test } from 'vitest'
import { makeCertificates } from '../../../../test/support/certificates.ts'
import {
  NO_RESPONSE,
  plainReceiverWith,
  post,
  receiverWith,
  stopAll,
  transportWith,
} from '../../../../test/support/transport-rig.ts'
import type { TargetPolicy } from '../address/address-guard.ts'
import type { Lookup } from './system-lookup.ts'

afterEach(stopAll)

describe('an address that is not allowed', () => {
  const strict = { allowTargets: [], allowLoopback: false }

  test.each([
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f.1',
    '0x7f000001',
    '0177.1',
    '127.0.0.1.',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
    'localhost',
    'LOCALHOST.',
    'a.localhost',
    '0.0.0.0',
    '169.254.169.254',
    '10.0.0.1',
  ])('is not connected to when the url says %s', async (host) => {
    const receiver = await receiverWith()
    for (const scheme of ['https', 'http']) {
      const outcome = await post(transportWith({ policy: strict }), `${scheme}://${host}:${receiver.port}/`)
      expect(outcome).toMatchObject({ ...NO_RESPONSE, kind: 'blocked_address', remoteAddress: null })
      expect(outcome.error).toContain('TIMBRE_ALLOW_TARGETS')
      expect(outcome.error).not.toMatch(/127|::1|10\.0|169\.254/)
    }
    expect(receiver.connections).toBe(0)
  })

  test('refuses the whole name when it is one of several', async () => {
    const receiver = await receiverWith()
    const lookup = async () => [
      { address: '93.184.215.14', family: 4 as const },
      { address: '127.0.0.1', family: 4 as const },
    ]
    const transport = transportWith({ policy: strict, lookup })
    const outcome = await post(transport, `https://rebind.example:${receiver.port}/`)
    expect(outcome).toMatchObject({ ...NO_RESPONSE, kind: 'blocked_address', remoteAddress: null })
    expect(receiver.connections).toBe(0)
  })

  test('outside development looks like that of a name which does not exist', async () => {
    const denied = (code: string) => () => Promise.reject(Object.assign(new Error('no'), { code }))
    const found =
      (...addresses: readonly string[]) =>
      async () =>
        addresses.map((address) => ({ address, family: address.includes(':') ? (6 as const) : (4 as const) }))
    const lookups = {
      unknown: denied('ENOTFOUND'),
      empty: denied('ENODATA'),
      inside: found('10.0.0.5'),
      mixed: found('93.184.215.14', '::1'),
      huge: found(...Array.from({ length: 65 }, (_, nth) => `93.184.215.${nth}`)),
    }
    const shown = async (lookup: Lookup, policy: TargetPolicy) => {
      const { kind, error, timings, remoteAddress } = await post(
        transportWith({ policy, lookup }),
        'https://a.example/',
      )
      return { kind, error, timings, remoteAddress }
    }
    const all = await Promise.all(Object.values(lookups).map((lookup) => shown(lookup, strict)))
    for (const outcome of all) expect(outcome).toEqual(all[0])
    expect(all[0]).toMatchObject({ kind: 'blocked_address', error: expect.stringContaining('TIMBRE_ALLOW_TARGETS') })
    const development = { ...strict, allowLoopback: true }
    expect((await shown(lookups.unknown, development)).kind).toBe('dns_failed')
    expect((await shown(lookups.inside, development)).kind).toBe('blocked_address')
  })

  test('is checked again for each connection, and connected to as it was checked', async () => {
    const names = await makeCertificates(['rebind.example'])
    const receiver = await receiverWith({ certificates: names, script: () => ({ headers: { connection: 'close' } }) })
    const responses = ['127.0.0.1', '10.0.0.1', '127.0.0.1']
    let asked = 0
    const lookup = async () => [{ address: responses[asked++] ?? '', family: 4 as const }]
    const transport = transportWith({ ca: names.ca, lookup })
    const url = `https://rebind.example:${receiver.port}/`
    expect((await post(transport, url)).kind).toBe('answered')
    expect((await post(transport, url)).kind).toBe('blocked_address')
    expect((await post(transport, url)).kind).toBe('answered')
    expect(asked).toBe(3)
    expect(receiver.count).toBe(2)
  })

  test('is reached when TIMBRE_ALLOW_TARGETS names it, by literal and by name, over https only', async () => {
    const receiver = await receiverWith()
    const policy = { allowTargets: ['127.0.0.0/8'], allowLoopback: false }
    const transport = transportWith({ policy })
    expect((await post(transport, receiver.url())).kind).toBe('answered')
    expect((await post(transport, receiver.url('/', 'localhost'))).kind).toBe('answered')
    expect((await post(transport, `http://127.0.0.1:${receiver.port}/`)).kind).toBe('blocked_address')
    expect((await post(transport, 'https://127.0.0.1:22/')).kind).toBe('blocked_address')
  })

  test('is not reached by way of a proxy of the environment', async () => {
    const proxy = await plainReceiverWith()
    const before = { ...process.env }
    Object.assign(process.env, { HTTPS_PROXY: proxy.url(), HTTP_PROXY: proxy.url(), NODE_USE_ENV_PROXY: '1' })
    try {
      const receiver = await receiverWith()
      expect((await post(transportWith({ policy: strict }), 'https://10.0.0.1/')).kind).toBe('blocked_address')
      expect((await post(transportWith(), receiver.url())).kind).toBe('answered')
      expect(proxy.connections).toBe(0)
    } finally {
      process.env = before
    }
  })
})
