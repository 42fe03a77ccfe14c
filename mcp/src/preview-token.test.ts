import { expect, test } from 'vitest'
import { isPreviewed, previewToken, type Seal } from './preview-token.ts'

const NOW = Date.UTC(2026, 0, 1)
const REPLAY = { webhookId: 'wh_1', since: 'a', until: 'b', only: 'failed' } as const

/** Of one holder. */
function sealOf(holder: string): Seal {
  return {
    seal: (text) => `${holder}:${text}`,
    open: (token) => (token.startsWith(`${holder}:`) ? token.slice(holder.length + 1) : undefined),
  }
}

const ours = sealOf('ours')
const token = previewToken(ours, REPLAY, NOW)

test('a preview is good for the very same replay', () => {
  expect(isPreviewed(ours, token, { ...REPLAY }, NOW + 1000)).toBe(true)
})

test.each([
  ['another webhook', { webhookId: 'wh_2' }],
  ['another beginning', { since: 'b' }],
  ['another end', { until: 'c' }],
  ['another selection', { only: 'all' }],
  ['other types', { eventKeys: ['call.completed'] }],
])('and not for one with %s', (_, change) => {
  expect(isPreviewed(ours, token, { ...REPLAY, ...change }, NOW)).toBe(false)
})

test('it ends after ten minutes', () => {
  expect(isPreviewed(ours, token, REPLAY, NOW + 10 * 60_000 - 1)).toBe(true)
  expect(isPreviewed(ours, token, REPLAY, NOW + 10 * 60_000)).toBe(false)
})

test('it is no preview of anybody else, and nobody can write one', () => {
  expect(isPreviewed(sealOf('theirs'), token, REPLAY, NOW)).toBe(false)
  for (const made of ['', 'ours', token.slice(5), 'ours:', 'ours:9999999999999 0'])
    expect(isPreviewed(ours, made, REPLAY, NOW)).toBe(false)
})
