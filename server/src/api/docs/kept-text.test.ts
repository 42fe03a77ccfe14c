import { expect, test } from 'vitest'
import { isKnown, keptText } from './kept-text.ts'

const text = keptText('text/plain', 'the same bytes')

test.each([
  [undefined, false],
  ['"something-else"', false],
  [text.etag, true],
  [`W/${text.etag}`, true],
  [`"a", ${text.etag} , "b"`, true],
  ['*', true],
])('with If-None-Match: %s the bytes are known: %s', (header, known) => {
  expect(isKnown(text, header)).toBe(known)
})

test('the tag is that of the bytes', () => {
  expect(keptText('text/html', 'the same bytes').etag).toBe(text.etag)
  expect(keptText('text/plain', 'other bytes').etag).not.toBe(text.etag)
})
