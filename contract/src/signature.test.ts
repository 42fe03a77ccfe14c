import { describe, expect, test } from 'vitest'
import { secretPreview, standardKey, standardSignature, standardSignedPrefix, supervisorKey } from './signature.ts'

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
