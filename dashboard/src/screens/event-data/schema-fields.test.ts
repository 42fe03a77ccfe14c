import { expect, test } from 'vitest'
import { fieldsOf } from './schema-fields.ts'

test('a form has a field for each property that a schema names, of the kind that its type says', () => {
  const schema = {
    type: 'object',
    required: ['call_id', 'customer'],
    properties: {
      call_id: { type: 'string', description: 'The call', examples: ['c1'] },
      to: { type: ['string', 'null'] },
      cost: { anyOf: [{ type: 'number' }, { type: 'null' }] },
      isPaid: { type: 'boolean' },
      state: { enum: ['new', 'paid', null] },
      codes: { enum: [1, 2] },
      either: { type: ['string', 'integer'] },
      free: { type: 'object' },
      customer: { type: 'object', required: ['a/b'], properties: { 'a/b': { type: 'integer' } } },
      anything: true,
    },
  }
  const found = fieldsOf(schema)
  expect(Object.fromEntries(found.map(({ name, kind }) => [name, kind]))).toEqual({
    call_id: 'text',
    to: 'text',
    cost: 'number',
    isPaid: 'boolean',
    state: 'choice',
    codes: 'json',
    either: 'json',
    free: 'json',
    customer: 'group',
    anything: 'json',
  })
  expect(found[0]).toMatchObject({ pointer: '/call_id', isRequired: true, hint: 'The call', example: 'c1' })
  expect(found.find(({ name }) => name === 'state')).toMatchObject({
    choices: ['new', 'paid'],
    typeText: '"new" | "paid"',
  })
  expect(found.find(({ name }) => name === 'customer')?.fields).toMatchObject([
    { pointer: '/customer/a~1b', kind: 'number', isRequired: true },
  ])
})

test('what is no schema of an object has no fields, and one without end stops somewhere', () => {
  for (const schema of [true, null, {}, { properties: [] }, { type: 'string' }]) expect(fieldsOf(schema)).toEqual([])
  const endless: { type: string; properties: Record<string, unknown> } = { type: 'object', properties: {} }
  endless.properties['again'] = endless
  expect(JSON.stringify(fieldsOf(endless)).match(/"again"/g)).toHaveLength(4)
})
