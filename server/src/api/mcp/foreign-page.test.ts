import { expect, test } from 'vitest'
import { isForeignPage } from './foreign-page.ts'

const SETTINGS = { publicUrl: 'https://timbre.example.com', corsOrigins: ['https://app.example.com'] }
const NONE = { publicUrl: null, corsOrigins: [] }

test.each([
  ['a program', {}, SETTINGS, false],
  ['a page of the installation', { origin: 'https://timbre.example.com', host: '10.0.0.1:8080' }, SETTINGS, false],
  ['a page that the operator lists', { origin: 'https://app.example.com' }, SETTINGS, false],
  ['another page', { origin: 'https://evil.example', host: 'timbre.example.com' }, SETTINGS, true],
  [
    'a page on this machine, of an installation elsewhere',
    { origin: 'http://localhost', host: 'localhost' },
    SETTINGS,
    true,
  ],
  ['a page of a server on this machine', { origin: 'http://127.0.0.1:8080', host: '127.0.0.1:8080' }, NONE, false],
  ['the same by name', { origin: 'http://localhost:8080', host: 'LOCALHOST:8080' }, NONE, false],
  ['another server on this machine', { origin: 'http://localhost:3000', host: 'localhost:8080' }, NONE, true],
  ['a page whose name was pointed here', { origin: 'http://evil.example:8080', host: 'evil.example:8080' }, NONE, true],
  ['a page in a frame without an origin', { origin: 'null', host: 'localhost' }, NONE, true],
])('%s', (_, headers, pages, isForeign) => {
  expect(isForeignPage(headers, pages)).toBe(isForeign)
})
