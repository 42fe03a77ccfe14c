// Owns the guarantees of the ids: their form, their order, their uniqueness.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatUuidV7, SystemRandom } from './random.ts'

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const NOW_MS = 1_755_619_200_000

const timeOf = (uuid: string) => Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16)

test('a uuid is of version 7 and the RFC 9562 variant, and begins with its milliseconds', () => {
  const random = new SystemRandom()
  for (let ms = NOW_MS; ms < NOW_MS + 2000; ms++) {
    const uuid = random.uuid(ms)
    expect(uuid).toMatch(UUID_V7)
    expect(timeOf(uuid)).toBe(ms)
  }
})

test('uuids sort in the order of the calls, even within a millisecond and when the clock goes back', () => {
  const random = new SystemRandom()
  const uuids: string[] = []
  for (let call = 0; call < 20_000; call++) uuids.push(random.uuid(NOW_MS))
  uuids.push(random.uuid(NOW_MS - 60_000), random.uuid(NOW_MS + 60_000))
  expect(uuids.toSorted()).toEqual(uuids)
  expect(new Set(uuids).size).toBe(uuids.length)
})

test('two sources never make the same uuid in the same millisecond', () => {
  const [one, other] = [new SystemRandom(), new SystemRandom()]
  const uuids = Array.from({ length: 5000 }, (_, call) => [one.uuid(NOW_MS + call), other.uuid(NOW_MS + call)]).flat()
  expect(new Set(uuids).size).toBe(10_000)
})

test('time, counter and random bits each have their place', () => {
  const random = new SystemRandom()
  const bytes = fc.uint8Array({ minLength: 8, maxLength: 8 })
  fc.assert(
    fc.property(fc.nat(2 ** 48 - 1), fc.nat(0xfff), bytes, (ms, counter, tail) => {
      const uuid = formatUuidV7(ms, counter, tail)
      expect(uuid).toMatch(UUID_V7)
      expect(timeOf(uuid)).toBe(ms)
      expect(Number.parseInt(uuid.slice(15, 18), 16)).toBe(counter)
      expect(uuid.replaceAll('-', '').slice(17)).toBe(Buffer.from(tail).toString('hex').slice(1))
      expect(random.uuidOf(ms, counter).slice(0, 18)).toBe(uuid.slice(0, 18))
    }),
  )
})

test('bytes gives as many as asked, and fraction stays below 1', () => {
  const random = new SystemRandom()
  expect(random.bytes(24)).toHaveLength(24)
  expect(Buffer.from(random.bytes(24))).not.toEqual(Buffer.from(random.bytes(24)))
  for (let call = 0; call < 1000; call++) {
    const fraction = random.fraction()
    expect(fraction).toBeGreaterThanOrEqual(0)
    expect(fraction).toBeLessThan(1)
  }
})
