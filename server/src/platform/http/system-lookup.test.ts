// Owns the guarantees of resolving names: against a name server of our own. Must never ask another.
import { lookup as getaddrinfo, Resolver } from 'node:dns/promises'
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { ManualClock } from '../../../../test/support/manual-clock.ts'
import { type DnsAnswer, type DnsScript, NameServer } from '../../../../test/support/name-server.ts'
import { post, receiverWith, stopAll, transportWith } from '../../../../test/support/transport-rig.ts'
import { until } from '../../../../test/support/until.ts'
import { systemClock } from '../clock.ts'
import { HostsFile, parseHosts, type ResolvedAddress } from './hosts-file.ts'
import { SystemLookup } from './system-lookup.ts'

const toStop: (() => unknown)[] = []
afterEach(async () => {
  for (const stop of toStop.splice(0)) stop()
  await stopAll()
})

const V4: DnsAnswer = ['93.184.215.14', '93.184.215.15']
const V6: DnsAnswer = ['2606:2800:21f::1']

interface RigOptions {
  readonly hosts?: Readonly<Record<string, readonly ResolvedAddress[]>>
  /** After which a name server counts as silent. Most tests are about the time before. */
  readonly silenceMs?: number
}

async function rigWith(script: DnsScript, { hosts = {}, silenceMs = 60_000 }: RigOptions = {}) {
  const server = await new NameServer(script).start()
  toStop.push(() => server.stop())
  const clock = new ManualClock()
  const makeResolver = () => {
    const resolver = new Resolver({ timeout: silenceMs, tries: 1 })
    resolver.setServers([server.address])
    toStop.push(() => resolver.cancel())
    return resolver
  }
  const { lookup } = new SystemLookup({
    clock,
    isAllowed: (address) => !address.startsWith('10.'),
    hosts: { addressesOf: async (name) => hosts[name] ?? [] },
    makeResolver,
  })
  return { server, clock, lookup }
}

/** What a lookup has come to so far: its addresses, its error's code, or nothing yet. */
function watched(found: Promise<readonly ResolvedAddress[]>) {
  const state: { end: readonly string[] | string | undefined } = { end: undefined }
  found.then(
    (addresses) => {
      state.end = addresses.map(({ address }) => address)
    },
    (error: NodeJS.ErrnoException) => {
      state.end = error.code ?? 'no code'
    },
  )
  return state
}

describe('the addresses of a name', () => {
  test('are those of both families, IPv4 first, whichever comes first', async () => {
    for (const first of ['A', 'AAAA'] as const) {
      const other = Promise.withResolvers<void>()
      const { lookup } = await rigWith(async ({ type }) => {
        if (type !== first) await other.promise
        return type === 'A' ? V4 : V6
      })
      const found = lookup('both.example')
      setImmediate(() => other.resolve())
      expect((await found).map(({ address }) => address)).toEqual([...V4, ...V6])
    }
  })

  test.each([
    ['A', V4],
    ['AAAA', V6],
  ] as const)('are those of %s alone when the other family is silent for 50 ms more', async (family, addresses) => {
    const { clock, lookup, server } = await rigWith(({ type }) => (type === family ? addresses : 'silent'))
    const state = watched(lookup('half.example'))
    await until(
      async () => clock.pending,
      (count) => count === 1,
    )
    await clock.advance(49)
    expect(state.end).toBeUndefined()
    await clock.advance(1)
    expect(state.end).toEqual(addresses)
    expect(server.questions.map(({ type }) => type).sort()).toEqual(['A', 'AAAA'])
  })

  test.each(['nodata', 'nxdomain', 'servfail', 'refused'] as const)(
    'are those of one family when the answer for the other is %s, however late its own come',
    async (denial) => {
      for (const family of ['A', 'AAAA'] as const) {
        const asked = Promise.withResolvers<void>()
        const { clock, lookup } = await rigWith(async ({ type }) => {
          if (type !== family) return denial
          await asked.promise
          return family === 'A' ? V4 : V6
        })
        const state = watched(lookup('half.example'))
        await clock.advance(10_000)
        expect(state.end).toBeUndefined()
        asked.resolve()
        await until(
          async () => state.end,
          (end) => end !== undefined,
        )
        expect(state.end).toEqual(family === 'A' ? V4 : V6)
        expect(clock.pending).toBe(0)
      }
    },
  )

  test('are nobody’s when they come too late: they are not added to what was given', async () => {
    const late = Promise.withResolvers<DnsAnswer>()
    const { clock, lookup } = await rigWith(({ type }) => (type === 'A' ? V4 : late.promise))
    const found = lookup('late.example')
    await until(
      async () => clock.pending,
      (count) => count === 1,
    )
    await clock.advance(50)
    const given = await found
    late.resolve(['::1'])
    await lookup('late.example')
    expect(given.map(({ address }) => address)).toEqual(V4)
  })

  test.each([
    ['nxdomain', 'nxdomain', 'ENOTFOUND'],
    ['nodata', 'nodata', 'ENODATA'],
    ['servfail', 'nodata', 'ESERVFAIL'],
    ['nodata', 'silent', 'ETIMEOUT'],
    ['silent', 'nxdomain', 'ETIMEOUT'],
  ] as const)('are none when A is %s and AAAA %s, with the error that says most', async (a, aaaa, code) => {
    const { lookup } = await rigWith(({ type }) => (type === 'A' ? a : aaaa), { silenceMs: 50 })
    await expect(lookup('none.example')).rejects.toHaveProperty('code', code)
  })
})

describe('a lookup', () => {
  test('asks for the name itself, never below the search domains of this machine', async () => {
    const { lookup, server } = await rigWith(() => 'nxdomain')
    for (const name of ['grafana', 'db.internal', 'db.internal.']) {
      await expect(lookup(name)).rejects.toHaveProperty('code', 'ENOTFOUND')
    }
    expect(new Set(server.questions.map(({ name }) => name))).toEqual(new Set(['grafana', 'db.internal']))
    expect(server.questions.length).toBe(6)
  })

  test('of names whose servers deny and are then silent keeps no thread, so PostgreSQL’s own name is found meanwhile', async () => {
    const { lookup, server } = await rigWith(({ type }) => (type === 'A' ? 'nxdomain' : 'silent'))
    const silent = Array.from({ length: 64 }, (_, nth) => watched(lookup(`tenant-${nth}.example`)))
    await until(
      async () => server.questions.length,
      (count) => count >= 128,
    )
    await getaddrinfo('localhost')
    expect(silent.map(({ end }) => end)).toEqual(silent.map(() => undefined))
  })

  test('of loopback names asks nobody (RFC 6761 §6.3)', async () => {
    const { lookup, server } = await rigWith(() => 'nxdomain')
    for (const name of ['localhost', 'localhost.', 'a.localhost', 'a.b.localhost']) {
      expect((await lookup(name)).map(({ address }) => address)).toEqual(['127.0.0.1', '::1'])
    }
    expect(server.questions).toEqual([])
  })

  test('takes what the hosts file says, unless it may not be reached: then it is as if it was not there', async () => {
    const hosts = {
      'receiver.internal': [{ address: '192.0.2.7', family: 4 as const }],
      'db.internal': [{ address: '10.0.0.5', family: 4 as const }],
      localhost: [{ address: '127.0.0.1', family: 4 as const }],
    }
    const { lookup, server } = await rigWith(() => 'nxdomain', { hosts })
    expect(await lookup('receiver.internal')).toEqual(hosts['receiver.internal'])
    expect(await lookup('a.localhost')).toEqual(hosts.localhost)
    expect(server.questions).toEqual([])
    await expect(lookup('db.internal')).rejects.toHaveProperty('code', 'ENOTFOUND')
    expect(server.asked('db.internal')).toBe(2)
  })

  test('after name servers did not answer asks those that the machine has by now', async () => {
    const silent = await new NameServer(() => 'silent').start()
    const working = await new NameServer(({ type }) => (type === 'A' ? V4 : 'nodata')).start()
    toStop.push(
      () => silent.stop(),
      () => working.stop(),
    )
    const clock = new ManualClock()
    const servers = [silent, working]
    const makeResolver = () => {
      const resolver = new Resolver({ timeout: 50, tries: 1 })
      resolver.setServers([servers.shift()?.address ?? ''])
      return resolver
    }
    const hosts = { addressesOf: async () => [] }
    const { lookup } = new SystemLookup({ clock, isAllowed: () => true, hosts, makeResolver })
    await expect(lookup('a.example')).rejects.toHaveProperty('code', 'ETIMEOUT')
    // Not for each name that is silent by itself.
    expect(servers.length).toBe(1)
    await clock.advance(60_000)
    await expect(lookup('a.example')).rejects.toHaveProperty('code', 'ETIMEOUT')
    expect((await lookup('a.example')).map(({ address }) => address)).toEqual(V4)
  })
})

describe('a delivery', () => {
  test('reaches a name of which the AAAA query is never answered', async () => {
    const server = await new NameServer(({ type }) => (type === 'A' ? ['127.0.0.1'] : 'silent')).start()
    toStop.push(() => server.stop())
    const makeResolver = () => {
      const resolver = new Resolver({ timeout: 60_000, tries: 1 })
      resolver.setServers([server.address])
      toStop.push(() => resolver.cancel())
      return resolver
    }
    const { lookup } = new SystemLookup({ clock: systemClock, isAllowed: () => true, makeResolver })
    const receiver = await receiverWith()
    const transport = transportWith({ lookup: (name) => lookup(name.replace('localhost', 'receiver.example')) })
    expect(await post(transport, receiver.url('/', 'localhost'))).toMatchObject({ kind: 'answered' })
  })
})

describe('the hosts file', () => {
  test('is read as hosts(5) says', () => {
    const names = parseHosts(
      '# comment\n127.0.0.1\tlocalhost  Host.Example # more\r\n::1 localhost\n\nnot-an-address x\nfe80::1%lo0 localhost\n127.0.0.1 localhost',
    )
    expect(Object.fromEntries(names)).toEqual({
      localhost: [
        { address: '127.0.0.1', family: 4 },
        { address: '::1', family: 6 },
      ],
      'host.example': [{ address: '127.0.0.1', family: 4 }],
    })
  })

  test('is read again when it has changed, and need not be there', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'timbre-'))
    toStop.push(() => rmSync(directory, { recursive: true }))
    const path = join(directory, 'hosts')
    const clock = new ManualClock()
    const hosts = new HostsFile(clock, path)
    expect(await hosts.addressesOf('a.example')).toEqual([])
    for (const address of ['192.0.2.1', '192.0.2.22']) {
      writeFileSync(path, `${address} A.example\n`)
      utimesSync(path, 1, address.length)
      await clock.advance(5000)
      expect(await hosts.addressesOf('A.EXAMPLE')).toEqual([{ address, family: 4 }])
    }
  })
})
