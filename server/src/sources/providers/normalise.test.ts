import { SAMPLE_START_MS, sampleCall } from '@timbre/contract/providers/sample-calls.ts'
import { type Payload, readPayload, type SourceRequest } from '@timbre/contract/providers/source-request.ts'
import { signedBy } from '@timbre/contract/providers/testing/test-signers.ts'
import { SOURCE_KINDS, type SourceFields, type SourceKind } from '@timbre/contract/source.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PROVIDERS } from '../providers.ts'
import type { Normalised, Signal } from '../signal.ts'

function normalise(kind: SourceKind, payload: Payload, map?: SourceFields): Normalised {
  const request = signedBy({ kind, url: 'https://timbre.example/sources/x', payload, now: SAMPLE_START_MS })
  return PROVIDERS[kind].normalise(readPayload(request) ?? {}, request, map)
}

function signal(kind: SourceKind, payload: Payload, map?: SourceFields): Signal {
  const normalised = normalise(kind, payload, map)
  if (normalised.kind !== 'signal') throw new Error(`${kind} made ${normalised.kind} of it`)
  return normalised.signal
}

const last = (kind: SourceKind) =>
  signal(kind, sampleCall(kind, 'CA1').findLast((one) => !('recording_uuid' in one || 'RecordingID' in one)) ?? {})

describe('what providers say, in our words', () => {
  it('Retell: reasons, numbers, duration, recording and transcript', () => {
    const analyzed = signal('retell', sampleCall('retell', 'call_1').at(-1) ?? {})
    expect(analyzed).toMatchObject({
      callId: 'call_1',
      state: 'ended',
      isFinal: true,
      dedupeKey: 'call_1/call_analyzed',
    })
    expect(analyzed.facts).toEqual({
      direction: 'outbound',
      from_number: '+12137771234',
      to_number: '+525538808448',
      agent_id: 'oBeDLoLOeuAbiuaMFXRtDOLriTJ5tSxD',
      disconnection_reason: 'agent_hangup',
      duration_ms: 10_000,
      recording_url: 'https://retell.example/r.wav',
      transcript: 'Agent: hola',
    })
    expect(analyzed.provider).toMatchObject({ call_analysis: { call_successful: true } })
    const ends = [
      'dial_busy',
      'dial_failed',
      'error_asr',
      'telephony_provider_unavailable',
      'inactivity',
      'something_new',
    ]
    const states = ends.map(
      (disconnection_reason) =>
        signal('retell', { event: 'call_ended', call: { call_id: 'c', disconnection_reason } }).state,
    )
    expect(states).toEqual(['not_connected', 'not_connected', 'error', 'error', 'ended', 'ended'])
  })

  it('Twilio: seconds as ms, withheld numbers, clients, and the sequence as the order', () => {
    const step = {
      CallSid: 'CA1',
      CallStatus: 'completed',
      SequenceNumber: '3',
      CallDuration: '62',
      Timestamp: 'Sun, 01 Mar 2026 10:00:00 +0000',
    }
    const completed = signal('twilio', { ...step, From: '+266696687', To: 'client:ana', Direction: 'inbound' })
    expect(completed).toMatchObject({ state: 'ended', sequence: 3, occurredAt: SAMPLE_START_MS, dedupeKey: 'CA1/3' })
    expect(completed.facts).toMatchObject({
      from_number: 'anonymous',
      to_number: 'client:ana',
      duration_ms: 62_000,
      direction: 'inbound',
    })
    const failed = signal('twilio', {
      CallSid: 'CA1',
      CallStatus: 'failed',
      SequenceNumber: '2',
      ErrorCode: '32011',
      ErrorMessage: 'SIP',
    })
    expect(failed.facts).toMatchObject({ error_code: '32011', error_message: 'SIP', duration_ms: 0 })
    const absent = signal('twilio', {
      CallSid: 'CA1',
      CallStatus: 'completed',
      RecordingSid: 'RE1',
      RecordingStatus: 'absent',
    })
    expect(absent).toMatchObject({ state: null, isFinal: false, facts: {} })
  })

  it('Vapi: some 570 reasons by what they name', () => {
    const report = (endedReason: string) =>
      signal('vapi', {
        message: { type: 'end-of-call-report', endedReason, call: { id: 'c', type: 'inboundPhoneCall' } },
      }).state
    const reasons = [
      'customer-ended-call',
      'assistant-said-end-call-phrase',
      'silence-timed-out',
      'customer-did-not-answer',
      'pipeline-no-available-llm-model',
      'call.in-progress.error-providerfault-openai',
      'twilio-failed-to-connect-call',
      'voicemail',
    ]
    expect(reasons.map(report)).toEqual([
      'ended',
      'ended',
      'ended',
      'not_connected',
      'error',
      'error',
      'error',
      'ended',
    ])
    expect(last('vapi').facts).toMatchObject({
      agent_id: 'asst_1',
      duration_ms: 10_000,
      transcript: 'AI: hola',
      from_number: '+12137771234',
    })
  })

  it('Vonage and Plivo: numbers get their `+`, and other names stay', () => {
    expect(last('vonage').facts).toMatchObject({
      from_number: '+12137771234',
      to_number: '+525538808448',
      duration_ms: 10_000,
    })
    expect(last('plivo').facts).toMatchObject({ from_number: '+12137771234', disconnection_reason: 'Normal Hangup' })
    const sip = signal('plivo', { CallUUID: 'c', CallStatus: 'ringing', From: 'sip:ana@example.com', To: '911' })
    expect(sip.facts).toMatchObject({ from_number: 'sip:ana@example.com', to_number: '911' })
  })

  it('ElevenLabs: a failure to call, and one transcript of the turns', () => {
    expect(signal('elevenlabs', sampleCall('elevenlabs', 'c')[0] ?? {}).facts).toMatchObject({
      transcript: 'agent: hola',
      duration_ms: 10_000,
    })
    const [busy = {}] = sampleCall('elevenlabs', 'c', 'unanswered')
    expect(signal('elevenlabs', busy)).toMatchObject({
      state: 'not_connected',
      facts: { to_number: '+525538808448', disconnection_reason: 'busy' },
    })
  })

  it('LiveKit: who is on the phone, not the agent; and somebody who is still being dialled has not answered', () => {
    const joined = (participant: object) =>
      normalise('livekit', { event: 'participant_joined', id: 'E', room: { sid: 'RM' }, participant })
    expect(joined({ kind: 'AGENT' }).kind).toBe('evidence')
    const dialing = joined({ kind: 'SIP', attributes: { 'sip.callStatus': 'dialing', 'sip.phoneNumber': '+5255' } })
    expect(dialing).toMatchObject({
      signal: { state: 'registered', facts: { direction: 'outbound', to_number: '+5255' } },
    })
    expect(joined({ kind: 'STANDARD' })).toMatchObject({ signal: { state: 'ongoing' } })
  })

  it('Bland: minutes where nothing better is said', () => {
    const report = signal('bland', { call_id: 'c', completed: true, call_length: 1.5, status: 'completed' })
    expect(report).toMatchObject({ state: 'ended', facts: { duration_ms: 90_000 } })
    expect(signal('bland', { call_id: 'c', completed: false, answered_by: 'no-answer' }).state).toBe('not_connected')
  })

  it('generic: by the pointers that are declared', () => {
    const map: SourceFields = {
      callId: '/call/id',
      status: '/call/state',
      statuses: { ANSWERED: 'ongoing', HANGUP: 'ended' },
      id: '/uuid',
      durationSeconds: '/call/seconds',
      fromNumber: '/a~1b/0',
    }
    const payload = { uuid: 'u1', call: { id: 'c', state: 'HANGUP', seconds: '3' }, 'a/b': { 0: '+5255' } }
    expect(signal('generic', payload, map)).toMatchObject({
      callId: 'c',
      state: 'ended',
      dedupeKey: 'u1',
      facts: { duration_ms: 3000, from_number: '+5255' },
    })
    expect(normalise('generic', { call: { id: 'c', state: 'constructor' } }, map)).toMatchObject({
      kind: 'evidence',
      callId: 'c',
    })
  })
})

describe('what is no signal', () => {
  it.each<[SourceKind, Payload]>([
    ['vapi', { message: { type: 'assistant-request', call: { id: 'c' } } }],
    ['vapi', { message: { type: 'tool-calls', call: { id: 'c' } } }],
    ['twilio', { CallSid: 'CA1', CallStatus: 'ringing', ApiVersion: '2010-04-01' }],
    ['twilio', { CallSid: 'CA1', CallStatus: 'in-progress', Digits: '1' }],
    ['plivo', { CallUUID: 'c', CallStatus: 'in-progress', Event: 'StartApp' }],
    ['vonage', { uuid: 'u', conversation_uuid: 'CON-1', from: '5255', to: '1213' }],
  ])('%s: a message that asks for instructions is told from one that reports', (kind, payload) => {
    expect(normalise(kind, payload).kind).toBe('needs_answer')
  })

  it.each<[SourceKind, Payload]>([
    ['retell', { event: 'transcript_updated', call: { call_id: 'c' } }],
    ['retell', { event: 'chat_started', chat: {} }],
    ['vapi', { message: { type: 'transcript', call: { id: 'c' } } }],
    ['twilio', { MessageSid: 'SM1' }],
    ['telnyx', { data: { event_type: 'call.speak.started', id: '1', payload: { call_session_id: 'c' } } }],
    ['elevenlabs', { type: 'post_call_audio', data: { conversation_id: 'c', full_audio: 'AAAA' } }],
    ['livekit', { event: 'track_published', id: 'E', room: { sid: 'RM' } }],
    ['vonage', { conversation_uuid: 'CON-1', uuid: 'u', status: 'something_new' }],
    ['plivo', { CallUUID: 'c', Event: 'Redirect' }],
    ['bland', { call_id: 'c', category: 'tool', message: 'x' }],
  ])('%s: what is not known passes as evidence', (kind, payload) => {
    expect(normalise(kind, payload).kind).toBe('evidence')
  })

  it('never throws, whatever a payload is made of', () => {
    const names = [
      'event',
      'call',
      'message',
      'data',
      'payload',
      'room',
      'CallSid',
      'CallStatus',
      'call_id',
      'type',
      'status',
      'id',
      'conversation_id',
      'transcript',
      'metadata',
      'timestamp',
      'completed',
      'sid',
      'egressInfo',
      'fileResults',
      '__proto__',
    ]
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom('call_ended', 'ended', 'completed', 'call.hangup', 'post_call_transcription'),
        fc.jsonValue(),
        fc.dictionary(fc.constantFrom(...names), tie('tree')),
      ),
    }))
    const request: SourceRequest = { method: 'POST', url: 'https://t/', headers: {}, body: Buffer.from('x') }
    fc.assert(
      fc.property(fc.constantFrom(...SOURCE_KINDS), fc.dictionary(fc.constantFrom(...names), tree), (kind, payload) => {
        const { kind: made } = PROVIDERS[kind].normalise(payload, request)
        expect(['signal', 'evidence', 'needs_answer']).toContain(made)
      }),
      { numRuns: 500 },
    )
  })
})
