import { afterEach, describe, expect, test, vi } from 'vitest'
import { SECRET, signedRequest } from '../../test/support/signed-request.ts'
import { receiverOf } from './receive.ts'
import type { Secrets } from './secrets.ts'

afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

describe('a refused request', () => {
  test('is on the console when nobody asked to be told, once a second, with the cause and without the secret', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const receive = receiverOf({ secret: SECRET, onEvent: () => {} })
    const { body, headers } = signedRequest(undefined, 'another-secret-than-it')
    for (let time = 0; time < 100; time++) expect((await receive(body, headers)).status).toBe(400)
    expect(warn).toHaveBeenCalledTimes(1)
    vi.setSystemTime(Date.now() + 1000)
    await receive(body, {})
    const [first, second] = warn.mock.calls.map(([line]) => String(line))
    expect(first).toMatch(/^A webhook request was refused with wrong_secret: The signature does not match/)
    expect(second).toMatch(/no_signature.*\(99 more before it\)$/)
    expect(`${first}${second}`).not.toContain(SECRET.slice(6))
  })

  test('is not on the console when somebody is told', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const onRefused = vi.fn()
    await receiverOf({ secret: SECRET, onEvent: () => {}, onRefused })('{}', {})
    expect(onRefused).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'no_signature' }))
    expect(warn).not.toHaveBeenCalled()
  })
})

test.each([
  [undefined, 'undefined'],
  [null, 'null'],
  [12_345, 'of type number'],
  ['', 'empty'],
  ['undefined', 'empty, or what an unset variable leaves'],
  [[], 'an empty list'],
  [[SECRET, ''], 'in one place of the list'],
  [[SECRET, undefined], 'no text, in one place of the list'],
])('a receiver with the secret %j is not made, and says what it is', (secret, words) => {
  const make = () => receiverOf({ secret: secret as Secrets, onEvent: () => {} })
  expect(make).toThrow(words)
  expect(make).toThrow(/Is the environment variable set\? webhooks\.getSecret\(id\)/)
  expect(make).not.toThrow(SECRET)
})
