import { describe, expect, test } from 'vitest'
import { readJson } from '../../browser/exact-json.ts'
import { dataIn, draftOf, faultsByField, switched, textIn } from './data-draft.ts'
import { fieldsOf } from './schema-fields.ts'

const SCHEMA = {
  properties: {
    call_id: { type: 'string' },
    duration: { type: 'integer' },
    isPaid: { type: 'boolean' },
    items: { type: 'array' },
    customer: { type: 'object', properties: { name: { type: 'string' }, age: { type: 'integer' } } },
  },
}
const fields = fieldsOf(SCHEMA)
const DATA = { call_id: '', duration: null, customer: { name: 'Ana', vip: true }, unknown: [1] }
const draft = draftOf(DATA, fields)
const written = (values: Readonly<Record<string, string>>) => dataIn({ ...draft, values }, fields)

describe('the data of an event in a form', () => {
  test('that nobody touched is as it was, with what the form has no field for', () => {
    expect(dataIn(draft, fields)).toEqual({ data: DATA })
    expect(written({ '/call_id': '', '/duration': '' })).toEqual({ data: DATA })
  })

  test('has what was written, as the kind of its field, and not what was emptied', () => {
    expect(
      written({
        '/call_id': 'c',
        '/duration': '12',
        '/isPaid': 'true',
        '/items': '[1]',
        '/customer/name': '',
        '/customer/age': '3',
      }),
    ).toEqual({
      data: { call_id: 'c', duration: 12, isPaid: true, items: [1], customer: { vip: true, age: 3 }, unknown: [1] },
    })
  })

  test('sends as text what cannot be of its kind, so that the service says what it wants', () => {
    expect(written({ '/duration': 'long' })).toMatchObject({ data: { duration: 'long' } })
    expect(written({ '/items': '[1' })).toEqual({ fault: { pointer: '/items', reason: 'notJson' } })
  })

  test('gives a name no meaning but that of a name', () => {
    const odd = fieldsOf({ properties: JSON.parse('{"__proto__":{"type":"string"},"constructor":{"type":"string"}}') })
    const read = dataIn({ ...draftOf({}, odd), values: { '/__proto__': 'a', '/constructor': 'b' } }, odd)
    expect(JSON.stringify(read)).toBe('{"data":{"__proto__":"a","constructor":"b"}}')
    expect(({} as { a?: string }).a).toBeUndefined()
    expect(textIn(draftOf({}, odd), odd[1] ?? fail())).toBe('')
  })
})

describe('the data of an event as JSON', () => {
  test('is what is written, an object and nothing else', () => {
    const raw = (text: string) => dataIn({ ...draft, mode: 'raw', raw: text }, fields)
    expect(raw('{"a":1}')).toEqual({ data: { a: 1 } })
    expect(raw('{"a":')).toEqual({ fault: { pointer: '', reason: 'notJson' } })
    for (const text of ['[]', '1', 'null', '12345678901234567890'])
      expect(raw(text)).toEqual({ fault: { pointer: '', reason: 'notObject' } })
  })

  test('goes over to the form and back without a loss, and stays where it cannot be read', () => {
    const there = switched({ ...draft, values: { '/call_id': 'c' } }, fields)
    expect(there).toMatchObject({ mode: 'raw', base: { call_id: 'c' } })
    expect(switched(there ?? draft, fields)).toMatchObject({ mode: 'form', base: { call_id: 'c', unknown: [1] } })
    expect(switched({ ...draft, mode: 'raw', raw: '{' }, fields)).toBeUndefined()
  })

  test('keeps the digits of a number that JavaScript cannot hold', () => {
    const text = '{"big":12345678901234567890,"exact":1.10,"small":5}'
    expect(JSON.stringify(readJson(text))).toBe(text)
  })
})

test('each issue of the service stands at its field, and at none where there is none', () => {
  const issues = [
    { path: '/data/call_id', message: 'is required' },
    { path: '/data/customer/age', message: 'must be an integer' },
    { path: '/data/items/0/x', message: 'is not allowed' },
    { path: '/data/strange', message: 'is too long' },
  ]
  expect(faultsByField(issues, fields)).toEqual({
    '/call_id': 'is required',
    '/customer/age': 'must be an integer',
    '/items': '/0/x is not allowed',
    '': '/strange is too long',
  })
})

function fail(): never {
  throw new Error('There is no such field.')
}
