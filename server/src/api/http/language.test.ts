// Owns the guarantees of the choice of language.
// Must never need a server.
import { expect, test } from 'vitest'
import { preferredLanguage } from './language.ts'

test.each([
  [undefined, 'en'],
  ['', 'en'],
  ['es', 'es'],
  ['ES-mx', 'es'],
  ['en, es', 'en'],
  ['es, en', 'es'],
  ['en;q=0.5, es', 'es'],
  ['es;q=0.5, en;q=0.9', 'en'],
  ['fr, es;q=0.1', 'es'],
  ['es;q=0', 'en'],
  ['*, es;q=0.5', 'en'],
  ['es;q=nonsense, en;q=0.1', 'en'],
  ['estonian', 'en'],
] as const)('Accept-Language %s means %s', (header, language) => {
  expect(preferredLanguage(header)).toBe(language)
})
