import { describe, expect, test } from 'vitest'
import {
  isUsableSecret,
  secretPreview,
  standardKey,
  standardSignature,
  standardSignedPrefix,
  supervisorKey,
} from './signature.ts'

describe('the keys of a secret', () => {
  test("are the whole text for the seed's scheme and the decoded base64 for Standard Webhooks", () => {
    const secret = `whsec_${btoa('twenty-four bytes long!!')}`
    expect(Buffer.from(supervisorKey(secret)).toString()).toBe(secret)
    expect(Buffer.from(standardKey(secret)).toString()).toBe('twenty-four bytes long!!')
  })

  test('are the text itself in both when it has no whsec_, or what follows is no base64', () => {
    for (const secret of ['a secret of my own', 'whsec_not base64 at all', 'whsec_abc']) {
      expect(Buffer.from(standardKey(secret)).toString()).toBe(secret)
    }
  })
})

describe('a secret that begins with whsec_', () => {
  const of = (bytes: number) => `whsec_${btoa('k'.repeat(bytes))}`

  test.each([16, 17, 18, 24, 64])('is usable with %i bytes', (bytes) => {
    expect(isUsableSecret(of(bytes))).toBe(true)
  })

  test.each([
    ['not base64 at all', 'whsec_not base64 at all'],
    ['too few bytes', of(15)],
    ['too many bytes', of(65)],
    ['no padding', of(16).replaceAll('=', '')],
    ['a character too few', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS'],
    ['the alphabet of URLs', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa-_'],
    ['bits behind the last byte', `whsec_${'A'.repeat(21)}B==`],
    ['nothing', 'whsec_'],
    ['space around it', ` ${of(24)}`.replace(' whsec_', 'whsec_ ')],
  ])('is not with %s', (_, secret) => {
    expect(isUsableSecret(secret)).toBe(false)
  })

  test('is told from any other text, which is usable as it is', () => {
    expect(isUsableSecret('a secret of my own')).toBe(true)
  })
})

describe('the formats', () => {
  test('are those of Standard Webhooks', () => {
    expect(standardSignedPrefix('evt_1', 1700000000)).toBe('evt_1.1700000000.')
    expect(standardSignature(['a', 'b'])).toBe('v1,a v1,b')
  })

  test('of a preview show the prefix and the last four characters only', () => {
    expect(secretPreview('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')).toBe('whsec_****************LaSw')
    expect(secretPreview('my own secret here')).toBe('****************here')
  })
})
