import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { describe, expect, test } from 'vitest'
import { BUILT_IN_EVENT_TYPES, OPERATIONAL_EVENT_KEYS } from './catalogue.ts'

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true })
formats.default(ajv)
ajv.addFormat('url', URL.canParse)

function accepts(key: string, data: unknown): boolean {
  const type = BUILT_IN_EVENT_TYPES.find((one) => one.key === key)
  return ajv.validate(type?.schema ?? false, data)
}

const CALL_ID = 'Jabr9TXYYJHfvl6Syypi88rdAHYHmcq6'

const TYPES_WITH_NUMBERS = BUILT_IN_EVENT_TYPES.flatMap(({ key, schema }) =>
  Object.hasOwn(schema['properties'] as object, 'from_number') ? [key] : [],
)

function exampleOf(key: string) {
  return BUILT_IN_EVENT_TYPES.find((one) => one.key === key)?.example
}

/** The four samples of the seed, "Notificaciones que enviaremos". */
const SEED_SAMPLES = [
  { call_id: CALL_ID, call_status: 'registered', direction: 'outbound', to_number: '+525538808448' },
  {
    call_id: CALL_ID,
    call_status: 'ongoing',
    from_number: '+12137771234',
    to_number: '+525538808448',
    agent_id: 'oBeDLoLOeuAbiuaMFXRtDOLriTJ5tSxD',
  },
  {
    call_id: CALL_ID,
    call_status: 'ended',
    disconnection_reason: 'agent_hangup',
    duration_ms: 10000,
    recording_url: 'https://example.com/recording.wav',
    public_log_url: 'https://example.com/public_log.txt',
  },
  {
    call_id: CALL_ID,
    call_status: 'error',
    error_code: 'telephony_provider_unavailable',
    error_message: 'Carrier unavailable',
  },
]

describe('the built-in catalogue', () => {
  test.each(SEED_SAMPLES.map((data) => [data.call_status, data]))(
    "accepts the seed's sample of a call that is %s",
    (_, data) => {
      expect(accepts('call.status.updated', data)).toBe(true)
    },
  )

  test.each(BUILT_IN_EVENT_TYPES.map(({ key, example }) => [key, example]))(
    '%s accepts its own example',
    (key, example) => {
      expect(accepts(key, example)).toBe(true)
    },
  )

  test('has every type of the contract, each once', () => {
    const keys = BUILT_IN_EVENT_TYPES.map(({ key }) => key)
    expect(new Set(keys).size).toBe(keys.length)
    expect(keys).toEqual(
      expect.arrayContaining([
        'call.status.updated',
        'call.completed',
        'call.error',
        'call.callStarted',
        'call.callEnded',
        'call.callMissed',
        'call.voicemailReceived',
        'tool.invoked',
        'agent.created',
        'agent.version.published',
        'webhook.failing',
        'webhook.disabled',
        'webhook.recovered',
        'delivery.exhausted',
      ]),
    )
    expect(keys.filter((key) => key.startsWith('whatsapp.'))).toHaveLength(5)
  })

  test('requires call_id of every call, call_status of the first type and error_code of the error', () => {
    expect(accepts('call.completed', {})).toBe(false)
    expect(accepts('call.status.updated', { call_id: CALL_ID })).toBe(false)
    expect(accepts('call.error', { call_id: CALL_ID })).toBe(false)
  })

  test('types the known fields', () => {
    const wrong = [
      { to_number: '' },
      { to_number: 'x'.repeat(257) },
      { to_number: 911 },
      { duration_ms: -1 },
      { duration_ms: 1.5 },
      { recording_url: 'no' },
      { direction: 1 },
    ]
    for (const fields of wrong) expect(accepts('call.completed', { call_id: CALL_ID, ...fields })).toBe(false)
  })

  // As Twilio, Vonage, Plivo, SIP trunks and emergency calls have them.
  const NUMBERS = ['+525538808448', '525538808448', '911', 'anonymous', 'Restricted', '+266696687', 'client:agent_1']
  test.each([...NUMBERS, 'sip:ana@example.com', 'sips:ana@example.com;transport=tcp', 'tel:+1-201-555-0123'])(
    'takes a call from and to %s',
    (number) => {
      for (const key of TYPES_WITH_NUMBERS) {
        expect([key, accepts(key, { ...exampleOf(key), from_number: number, to_number: number })]).toEqual([key, true])
      }
    },
  )

  test.each([
    'https://cdn.example/grabación.wav',
    'https://s3.example/a b.wav',
    'https://10.0.0.8:9000/a.wav',
    's3://calls/a.wav',
    `https://cdn.example/a.wav?signature=${'x'.repeat(4000)}`,
  ])('takes a recording at %s', (url) => {
    expect(accepts('call.completed', { call_id: CALL_ID, recording_url: url, public_log_url: url })).toBe(true)
  })

  test('takes a call that was not connected, and the directions of providers', () => {
    const status = { call_id: CALL_ID, call_status: 'not_connected', disconnection_reason: 'dial_no_answer' }
    expect(accepts('call.status.updated', status)).toBe(true)
    expect(accepts('call.status.updated', { ...status, direction: 'outbound-api' })).toBe(true)
    expect(accepts('call.status.updated', { ...status, call_status: 'ringing' })).toBe(false)
  })

  test('takes null for every field that is not required', () => {
    const published = BUILT_IN_EVENT_TYPES.filter(({ key }) => !OPERATIONAL_EVENT_KEYS.has(key))
    expect(published.length).toBeGreaterThan(10)
    for (const { key, schema, example } of published) {
      const { properties, required } = schema as { properties: object; required: string[] } // made by dataSchema
      const nulls = Object.keys(properties).flatMap((name) => (required.includes(name) ? [] : [[name, null]]))
      expect([key, accepts(key, { ...example, ...Object.fromEntries(nulls) })]).toEqual([key, true])
      for (const name of required) expect(accepts(key, { ...example, [name]: null })).toBe(false)
    }
  })

  test("lets unknown fields and a vendor's new reasons pass", () => {
    expect(
      accepts('call.error', {
        call_id: CALL_ID,
        error_code: 'brand_new_code',
        disconnection_reason: 'unheard_of',
        extra: { deep: [1] },
      }),
    ).toBe(true)
  })
})
