import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { describe, expect, test } from 'vitest'
import { BUILT_IN_EVENT_TYPES } from './catalogue.ts'

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true })
formats.default(ajv)

function accepts(key: string, data: unknown): boolean {
  const type = BUILT_IN_EVENT_TYPES.find((one) => one.key === key)
  return ajv.validate(type?.schema ?? false, data)
}

const CALL_ID = 'Jabr9TXYYJHfvl6Syypi88rdAHYHmcq6'

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
      { to_number: '555-1234' },
      { duration_ms: -1 },
      { duration_ms: 1.5 },
      { recording_url: 'no' },
      { direction: 'sideways' },
    ]
    for (const fields of wrong) expect(accepts('call.completed', { call_id: CALL_ID, ...fields })).toBe(false)
    for (const to_number of ['+525538808448', 'sip:ana@example.com'])
      expect(accepts('call.completed', { call_id: CALL_ID, to_number })).toBe(true)
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
