import { expect, test } from 'vitest'
import { withValues } from './with-values.ts'

const EVENT = { type: 'call.completed', data: { call_id: 'c', from: { number: '1' } } }

test('puts values where they are said, JSON as what it is and anything else as text', () => {
  const sets = [
    'data.call_id=call-7',
    'data.duration_ms=62000',
    'data.from.number=+521',
    'data.new.deep=true',
    'agentId=null',
    'data.text="5"',
    'data.eq=a=b',
  ]
  expect(withValues(EVENT, sets)).toEqual({
    type: 'call.completed',
    agentId: null,
    data: {
      call_id: 'call-7',
      duration_ms: 62000,
      from: { number: '+521' },
      new: { deep: true },
      text: '5',
      eq: 'a=b',
    },
  })
  expect(EVENT.data).toEqual({ call_id: 'c', from: { number: '1' } })
})

test('says what was probably meant', () => {
  expect(() => withValues(EVENT, ['call_id=1'])).toThrow('Did you mean data.call_id?')
  expect(() => withValues(EVENT, ['data.call_id'])).toThrow('has no value')
  expect(() => withValues(EVENT, ['data..x=1'])).toThrow('An event has no')
  expect(withValues({ data: {} }, ['data.__proto__=1'])).not.toHaveProperty('data.polluted')
})
