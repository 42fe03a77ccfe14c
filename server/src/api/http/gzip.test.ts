import { expect, test } from 'vitest'
import { takesGzip } from './gzip.ts'

test.each([
  [undefined, false],
  ['gzip', true],
  ['br, gzip, deflate', true],
  ['GZIP;q=0.5', true],
  ['gzip;q=0', false],
  ['gzip; q=0.0, br', false],
  ['identity', false],
  ['xgzip', false],
])('Accept-Encoding: %s takes gzip: %s', (header, takes) => {
  expect(takesGzip(header)).toBe(takes)
})
