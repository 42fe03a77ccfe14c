// Owns the guarantees of resolving names with the system's means. Must never depend on a name server that answers.
import { expect, test } from 'vitest'
import { systemLookup } from './system-lookup.ts'

test('finds loopback for localhost, as the hosts file says, and for everything below it, as RFC 6761 does', async () => {
  for (const name of ['localhost', 'a.localhost', 'a.b.localhost']) {
    const addresses = await systemLookup(name)
    expect(addresses.length).toBeGreaterThan(0)
    for (const { address, family } of addresses) expect(family === 4 ? '127.0.0.1' : '::1').toBe(address)
  }
})

test('rejects for a name that cannot exist (RFC 6761, .invalid)', async () => {
  await expect(systemLookup('nothing.invalid')).rejects.toHaveProperty('code')
})
