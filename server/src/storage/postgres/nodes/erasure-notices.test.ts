// Owns the tests of what a node waits for when it has erased what others hold.
import { describe, expect, test } from 'vitest'
import { ManualClock } from '../../../../../test/support/manual-clock.ts'
import { SystemRandom } from '../../../platform/random.ts'
import { type ErasedLease, type ErasedMessage, ErasureNotices } from './erasure-notices.ts'

function erasing(living: readonly string[]) {
  const clock = new ManualClock()
  const notices = new ErasureNotices({ clock, random: new SystemRandom() })
  const expectFrom = (leased: readonly ErasedLease[]) => notices.expect(leased, new Set(living))
  return { clock, notices, expectFrom }
}

const held = (node: string, count: number) =>
  Array.from({ length: count }, (_, nth) => ({ node, id: `${node}-${nth}` }))
const read = (payloads: readonly string[]) => payloads.map((payload) => JSON.parse(payload) as ErasedMessage)

describe('an erasure of what other nodes hold', () => {
  test('is over when each living node has confirmed, also one that holds nothing of it', async () => {
    const { notices, expectFrom } = erasing(['b', 'c', 'd'])
    const { payloads, unconfirmed } = expectFrom([...held('b', 2), ...held('c', 1)])
    const messages = read(payloads)
    expect(messages.map(({ to, ids }) => [to, ids])).toEqual([
      ['b', ['b-0', 'b-1']],
      ['c', ['c-0']],
      ['d', []],
    ])
    for (const { to, token } of messages) notices.confirmed({ node: to, token })
    expect(await unconfirmed).toBe(0)
  })

  test('says after 5 s how many deliveries are with nodes that have not', async () => {
    const { clock, notices, expectFrom } = erasing(['b', 'c'])
    const { payloads, unconfirmed } = expectFrom([...held('b', 2), ...held('c', 3)])
    notices.confirmed({ node: 'b', token: read(payloads)[0]?.token ?? '' })
    await clock.advance(5000)
    expect(await unconfirmed).toBe(3)
  })

  test('of many batches waits once for a node that says nothing, and again when it has spoken', async () => {
    const { clock, notices, expectFrom } = erasing(['b'])
    const first = expectFrom(held('b', 2)).unconfirmed
    await clock.advance(5000)
    expect(await first).toBe(2)
    const second = expectFrom(held('b', 3)).unconfirmed
    await clock.advance(100)
    expect(await second).toBe(3)
    notices.confirmed({ node: 'b' })
    const third = expectFrom(held('b', 1))
    await clock.advance(4999)
    notices.confirmed({ node: 'b', token: read(third.payloads)[0]?.token ?? '' })
    expect(await third.unconfirmed).toBe(0)
  })

  test('takes the word of a node that has dropped everything', async () => {
    const { notices, expectFrom } = erasing(['b'])
    const { unconfirmed } = expectFrom(held('b', 400))
    notices.confirmed({ node: 'b' })
    expect(await unconfirmed).toBe(0)
  })

  test('counts a node that has not confirmed, whatever it holds, as one delivery at least', async () => {
    const { clock, expectFrom } = erasing(['b'])
    const { unconfirmed } = expectFrom([])
    await clock.advance(5000)
    expect(await unconfirmed).toBe(1)
  })

  test('waits for no node that is dead: that sends nothing', async () => {
    const { expectFrom } = erasing([])
    const { payloads, unconfirmed } = expectFrom(held('b', 2))
    expect(payloads).toEqual([])
    expect(await unconfirmed).toBe(0)
  })

  test('says nothing that PostgreSQL would not carry', () => {
    const { payloads } = erasing(['b']).expectFrom(
      Array.from({ length: 500 }, () => ({ node: 'b'.repeat(36), id: 'i'.repeat(36) })).map((each) => ({
        ...each,
        node: 'b',
      })),
    )
    expect(payloads.length).toBeGreaterThan(2)
    for (const payload of payloads) expect(Buffer.byteLength(payload)).toBeLessThan(8000)
  })
})
