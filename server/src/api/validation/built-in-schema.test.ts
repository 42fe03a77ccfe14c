// What the API's own validator takes and refuses of real calls; contract/src/catalogue.test.ts has each field.
import { BUILT_IN_EVENT_TYPES } from '@timbre/contract/catalogue.ts'
import { expect, test } from 'vitest'
import { compileBuiltInSchema } from './built-in-schema.ts'

const { schema } = BUILT_IN_EVENT_TYPES.find(({ key }) => key === 'call.completed') ?? { schema: {} }
const validate = compileBuiltInSchema(schema)

test.each([
  { from_number: 'anonymous' },
  { from_number: null, to_number: 'client:agent_1' },
  { to_number: '911' },
  { recording_url: null, duration_ms: null, direction: null, transcript: null },
  { recording_url: 'https://cdn.example/grabación.wav', public_log_url: 's3://calls/a b.txt' },
])('takes a call with %j', (fields) => {
  expect(validate({ call_id: 'c', ...fields }, '/data')).toEqual([])
})

test('names what is wrong in words, null included', () => {
  const findings = validate({ call_id: 'c', from_number: 911, recording_url: 'grabación.wav' }, '/data')
  expect(findings).toMatchObject([
    { path: '/data/from_number', en: 'must be a string or null', es: 'debe ser un texto o null' },
    { path: '/data/recording_url', en: 'must be a whole URL such as https://example.com/' },
  ])
})
