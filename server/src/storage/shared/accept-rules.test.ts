import { describe, expect, test } from 'vitest'
import { isSameEvent, sameEnvelopeBytesMax } from './accept-rules.ts'

const TYPE = 'call.completed'
const body = (data: string, at = '2026-01-01T00:00:00.000Z') =>
  `{"id":"evt_1","type":"${TYPE}","created_at":"${at}","data":${data}}`
const isSame = (before: string, now: string) =>
  isSameEvent({ type: TYPE, envelope: body(before) }, { type: TYPE, envelope: now })

describe('an event under an id that is there', () => {
  test.each([
    ['the same text', '{"a":1}', '{"a":1}'],
    ['white space', '{"a":[1,2]}', '{ "a": [1,\n2] }'],
    ['the order of members', '{"a":1,"b":{"c":2,"d":3}}', '{"b":{"d":3,"c":2},"a":1}'],
    ['escapes', '{"a":"ñ"}', '{"a":"\\u00f1"}'],
    ['long numbers in another order', '{"a":12345678901234567890,"b":1}', '{"b":1,"a":12345678901234567890}'],
  ])('is the same with %s', (_, before, now) => {
    expect(isSame(before, body(now))).toBe(true)
  })

  test('is the same with another time', () => {
    expect(isSame('{"a":1}', body('{"a":1}', '2027-02-02T00:00:00.000Z'))).toBe(true)
  })

  test.each([
    ['another value', '{"a":1}', '{"a":2}'],
    ['one member more', '{"a":1}', '{"a":1,"b":1}'],
    ['items in another order', '{"a":[1,2]}', '{"a":[2,1]}'],
    ['a number that differs where doubles end', '{"a":12345678901234567890}', '{"a":12345678901234567891}'],
    ['a decimal that does', '{"a":0.12345678901234567}', '{"a":0.12345678901234568}'],
    ['a text for a number', '{"a":1}', '{"a":"1"}'],
    ['a name that objects inherit', '{"a":1}', '{"a":1,"__proto__":{}}'],
  ])('is another with %s', (_, before, now) => {
    expect(isSame(before, body(now))).toBe(false)
  })

  test('is another with another type, and where what is stored is too large', () => {
    expect(isSameEvent({ type: 'call.error', envelope: body('{}') }, { type: TYPE, envelope: body('{}') })).toBe(false)
    expect(isSameEvent({ type: TYPE, envelope: null }, { type: TYPE, envelope: body('{}') })).toBe(false)
    expect(sameEnvelopeBytesMax({ envelope: 'ñ' })).toBe(1028)
  })
})
