import { expect, test } from 'vitest'
import { ManualClock } from '../../../../test/support/manual-clock.ts'
import { MetricsPage } from './metrics-page.ts'

const KEY = 'a key of 16 or more'.replaceAll(' ', '-')

test('the text is made once for all who read it within 100 ms', async () => {
  const clock = new ManualClock()
  let made = 0
  const page = new MetricsPage({ clock, text: async () => `made ${++made}`, key: null })
  const texts = await Promise.all(Array.from({ length: 50 }, () => page.text()))
  expect(new Set(texts.map(String))).toEqual(new Set(['made 1']))
  await clock.advance(99)
  expect(String(await page.text())).toBe('made 1')
  await clock.advance(1)
  expect(String(await page.text())).toBe('made 2')
})

test('a text that could not be made is tried again', async () => {
  const clock = new ManualClock()
  let made = 0
  const text = () => (made++ === 0 ? Promise.reject(new Error('the store is closed')) : Promise.resolve('made'))
  const page = new MetricsPage({ clock, text, key: null })
  await expect(page.text()).rejects.toThrow('closed')
  await clock.advance(100)
  expect(String(await page.text())).toBe('made')
})

test('with a key nobody reads it without, and without one everybody may', () => {
  const clock = new ManualClock()
  const text = async () => ''
  const page = new MetricsPage({ clock, text, key: KEY })
  expect(() => page.allow(undefined)).toThrow(expect.objectContaining({ code: 'API_KEY_REQUIRED' }))
  expect(() => page.allow(KEY)).toThrow(expect.objectContaining({ code: 'API_KEY_REQUIRED' }))
  expect(() => page.allow(`Bearer ${KEY}x`)).toThrow(expect.objectContaining({ code: 'API_KEY_INVALID' }))
  page.allow(`Bearer ${KEY}`)
  new MetricsPage({ clock, text, key: null }).allow(undefined)
})
