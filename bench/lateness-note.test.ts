import { describe, expect, test } from 'vitest'
import { latenessNote } from './lateness-note.ts'

describe('a generator', () => {
  test('says nothing when it kept up', () => {
    expect(latenessNote({ sent: 100, failed: 0, latenessMs: Array(100).fill(1.5) })).toBeUndefined()
  })

  test('that could not keep up says so instead of blaming the server', () => {
    const latenessMs = [...Array(95).fill(1), ...Array(5).fill(80)]
    expect(latenessNote({ sent: 100, failed: 0, latenessMs })).toContain('fell behind by 80 ms')
  })

  test('whose requests failed has no figure', () => {
    expect(latenessNote({ sent: 100, failed: 1, latenessMs: [1] })).toContain('1 of 100 requests failed')
  })
})
