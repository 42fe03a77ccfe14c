import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CursorCipher } from './cursor-cipher.ts'

const KEY = randomBytes(32)
const cipher = new CursorCipher([KEY])

describe('a cursor', () => {
  test('is read back to its position, by every node that has the master key', () => {
    const other = new CursorCipher([KEY])
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.string(), (position, place) => {
        const cursor = cipher.seal(place, position)
        expect(cursor).toMatch(/^[A-Za-z0-9_-]{32}$/)
        expect(other.open(place, cursor)).toBe(position)
        expect(other.seal(place, position)).toBe(cursor)
      }),
    )
  })

  test('is taken by its own place only', () => {
    const cursor = cipher.seal('events a', 4)
    for (const place of ['events b', 'deliveries a', 'events ', 'events a\0', '']) {
      expect(cipher.open(place, cursor)).toBeUndefined()
    }
  })

  test('says nothing of its position: neighbours have nothing in common, and lengths are the same', () => {
    const cursors = Array.from({ length: 1000 }, (_, position) => cipher.seal('events a', position))
    const beginnings = new Set(cursors.flatMap((cursor) => [cursor.slice(0, 8), cursor.slice(-8)]))
    expect(beginnings.size).toBe(2000)
    expect(cursors.some((cursor) => Buffer.from(cursor, 'base64url').includes('events'))).toBe(false)
  })

  test('is refused when one bit of it is another, or when it has another form', () => {
    const cursor = cipher.seal('events a', 4)
    const bytes = Buffer.from(cursor, 'base64url')
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes)
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
      expect(cipher.open('events a', changed.toString('base64url'))).toBeUndefined()
    }
    for (const text of [
      '',
      `${cursor}A`,
      `${cursor}=`,
      ` ${cursor}`,
      cursor.slice(1),
      bytes.toString('base64').replace(/^./, '+'),
    ]) {
      expect(cipher.open('events a', text)).toBeUndefined()
    }
    expect(cipher.open('events a', Buffer.from('events:4').toString('base64url'))).toBeUndefined()
  })

  test('outlives a change of the master key while the old one is given too', () => {
    const cursor = cipher.seal('events a', 4)
    const next = randomBytes(32)
    expect(new CursorCipher([next, KEY]).open('events a', cursor)).toBe(4)
    expect(new CursorCipher([next]).open('events a', cursor)).toBeUndefined()
  })
})
