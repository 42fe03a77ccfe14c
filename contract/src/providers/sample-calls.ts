// Owns calls as each provider tells them, from the first message to the last: what its documents say, with values of our own.
import type { CALL_STATES, SampleEnd, SourceFields, SourceKind } from '../source.ts'
import type { Payload } from './source-request.ts'

/** When sample calls begin, if nothing else is said: 2026-03-01T10:00:00Z. */
export const SAMPLE_START_MS = 1_772_359_200_000

type CallState = (typeof CALL_STATES)[number]

interface Sample {
  readonly callId: string
  readonly end: SampleEnd
  /** Of a `generic` source: where in its payload what is found. */
  readonly fields: SourceFields
  /** Of so many seconds after the beginning: as ISO 8601, and in milliseconds since 1970. */
  iso(seconds: number): string
  ms(seconds: number): number
}

const pick = <T>(end: SampleEnd, answered: T, unanswered: T, failed: T): T => ({ answered, unanswered, failed })[end]

/** What a `generic` source reads where nothing else is declared. */
export const GENERIC_FIELDS: SourceFields = {
  callId: '/call_id',
  status: '/status',
  statuses: {
    registered: 'registered',
    ongoing: 'ongoing',
    ended: 'ended',
    not_connected: 'not_connected',
    error: 'error',
  },
}

/** Everything that a provider sends of one call, in its order. */
export function sampleCall(
  kind: SourceKind,
  callId: string,
  end: SampleEnd = 'answered',
  {
    startMs = SAMPLE_START_MS,
    fields = GENERIC_FIELDS,
  }: { readonly startMs?: number; readonly fields?: SourceFields } = {},
): readonly Payload[] {
  const ms = (seconds: number) => startMs + seconds * 1000
  return CALLS[kind]({ callId, end, fields, ms, iso: (seconds) => new Date(ms(seconds)).toISOString() })
}

const CALLS: Readonly<Record<SourceKind, (sample: Sample) => readonly Payload[]>> = {
  retell: ({ callId: call_id, end, ms }) => {
    const call = {
      call_id,
      call_type: 'phone_call',
      agent_id: 'oBeDLoLOeuAbiuaMFXRtDOLriTJ5tSxD',
      direction: 'outbound',
      from_number: '+12137771234',
      to_number: '+525538808448',
      start_timestamp: ms(5),
    }
    const ended = {
      ...call,
      call_status: end === 'failed' ? 'error' : 'ended',
      end_timestamp: ms(15),
      duration_ms: end === 'answered' ? 10_000 : 0,
      disconnection_reason: pick(end, 'agent_hangup', 'dial_no_answer', 'error_llm_websocket_open'),
      ...(end === 'answered' ? { recording_url: 'https://retell.example/r.wav', transcript: 'Agent: hola' } : {}),
    }
    return [
      ...(end === 'answered' ? [{ event: 'call_started', call: { ...call, call_status: 'ongoing' } }] : []),
      { event: 'call_ended', call: ended },
      { event: 'call_analyzed', call: { ...ended, call_analysis: { call_successful: end === 'answered' } } },
    ]
  },
  twilio: ({ callId: CallSid, end, ms }) => {
    const step = (CallStatus: string, sequence: number, more: Payload = {}) => ({
      CallSid,
      AccountSid: 'AC0123456789abcdef0123456789abcdef',
      From: '+12137771234',
      To: '+525538808448',
      Direction: 'outbound-api',
      CallStatus,
      SequenceNumber: String(sequence),
      Timestamp: new Date(ms(sequence)).toUTCString(),
      CallbackSource: 'call-progress-events',
      ...more,
    })
    const begun = [step('initiated', 0), step('ringing', 1)]
    if (end === 'unanswered') return [...begun, step('no-answer', 2, { CallDuration: '0' })]
    if (end === 'failed') return [...begun, step('failed', 2, { SipResponseCode: '503', CallDuration: '0' })]
    const recording = {
      CallSid,
      AccountSid: 'AC0123456789abcdef0123456789abcdef',
      RecordingSid: `RE${CallSid.slice(2)}`,
      RecordingStatus: 'completed',
      RecordingUrl: 'https://api.twilio.example/Recordings/RE1',
      RecordingDuration: '9',
    }
    return [...begun, step('in-progress', 2), step('completed', 3, { CallDuration: '10' }), recording]
  },
  vapi: ({ callId: id, end, iso, ms }) => {
    const call = {
      id,
      type: 'outboundPhoneCall',
      assistantId: 'asst_1',
      customer: { number: '+525538808448' },
      phoneNumber: { number: '+12137771234' },
    }
    const reason = pick(end, 'customer-ended-call', 'customer-busy', 'pipeline-error-openai-llm-failed')
    const status = (name: string, at: number, more: Payload = {}) => ({
      message: { type: 'status-update', status: name, call, timestamp: ms(at), ...more },
    })
    return [
      status('queued', 0),
      status('ringing', 1),
      ...(end === 'answered' ? [status('in-progress', 5)] : []),
      status('ended', 15, { endedReason: reason }),
      {
        message: {
          type: 'end-of-call-report',
          call,
          timestamp: ms(17),
          endedReason: reason,
          startedAt: iso(5),
          endedAt: iso(15),
          ...(end === 'answered'
            ? { artifact: { recordingUrl: 'https://vapi.example/r.wav', transcript: 'AI: hola' } }
            : {}),
        },
      },
    ]
  },
  telnyx: ({ callId: call_session_id, end, iso }) => {
    const payload = {
      call_session_id,
      call_leg_id: `${call_session_id}-leg`,
      call_control_id: 'v3:abc',
      connection_id: '7267xxxxxxxxxxxxxx',
      from: '+12137771234',
      to: '+525538808448',
    }
    const event = (event_type: string, at: number, more: Payload = {}) => ({
      data: {
        record_type: 'event',
        event_type,
        id: `${call_session_id}-${event_type}`,
        occurred_at: iso(at),
        payload: { ...payload, ...more },
      },
      meta: { attempt: 1, delivered_to: 'https://timbre.example/sources/x' },
    })
    const hangup = (hangup_cause: string) =>
      event('call.hangup', 15, { hangup_cause, hangup_source: 'callee', start_time: iso(5), end_time: iso(15) })
    const begun = event('call.initiated', 0, { direction: 'outgoing', state: 'bridging' })
    if (end !== 'answered') return [begun, hangup(end === 'failed' ? 'unallocated_number' : 'user_busy')]
    return [
      begun,
      event('call.answered', 5),
      hangup('normal_clearing'),
      event('call.recording.saved', 20, { recording_urls: { mp3: 'https://telnyx.example/r.mp3' } }),
    ]
  },
  elevenlabs: ({ callId: conversation_id, end, ms }) => {
    const agent_id = 'agent_01jyfb9fh8f67agfzvv09tvg3t'
    if (end !== 'answered') {
      const failure_reason = end === 'failed' ? 'unknown' : 'busy'
      const metadata = { type: 'twilio', body: { From: '+12137771234', To: '+525538808448' } }
      const data = { agent_id, conversation_id, failure_reason, metadata }
      return [{ type: 'call_initiation_failure', event_timestamp: ms(3) / 1000, data }]
    }
    const phone_call = { direction: 'outbound', agent_number: '+12137771234', external_number: '+525538808448' }
    const data = {
      agent_id,
      conversation_id,
      status: 'done',
      transcript: [{ role: 'agent', message: 'hola', time_in_call_secs: 0 }],
      metadata: { call_duration_secs: 10, termination_reason: 'agent_hangup', phone_call },
      analysis: { call_successful: 'success' },
    }
    return [{ type: 'post_call_transcription', event_timestamp: ms(20) / 1000, data }]
  },
  livekit: ({ callId: sid, end, ms }) => {
    const event = (name: string, at: number, more: Payload = {}) => ({
      event: name,
      id: `EV_${sid}_${name}`,
      createdAt: String(ms(at) / 1000),
      room: { sid, name: 'call-1', creationTime: String(ms(0) / 1000) },
      ...more,
    })
    const caller = {
      participant: {
        sid: 'PA_1',
        identity: 'sip_+525538808448',
        kind: 'SIP',
        attributes: {
          'sip.phoneNumber': '+525538808448',
          'sip.trunkPhoneNumber': '+12137771234',
          'sip.callStatus': 'active',
        },
      },
    }
    const agent = { id: `EV_${sid}_agent`, participant: { sid: 'PA_2', identity: 'agent-1', kind: 'AGENT' } }
    const begun = [event('room_started', 0), event('participant_joined', 1, agent)]
    const finished = event('room_finished', 15)
    if (end === 'unanswered') return [...begun, finished]
    if (end === 'failed') return [...begun, event('participant_connection_aborted', 4, caller), finished]
    const file = { location: 'https://s3.example/r.ogg', duration: '9000000000' }
    const egress = {
      event: 'egress_ended',
      id: `EV_${sid}_egress`,
      createdAt: String(ms(17) / 1000),
      egressInfo: { egressId: 'EG_1', roomId: sid, roomName: 'call-1', status: 'EGRESS_COMPLETE', fileResults: [file] },
    }
    return [...begun, event('participant_joined', 5, caller), finished, egress]
  },
  vonage: ({ callId: conversation_uuid, end, iso }) => {
    const leg = { uuid: `${conversation_uuid}-leg`, conversation_uuid, direction: 'outbound' }
    const status = (name: string, at: number, more: Payload = {}) => ({
      ...leg,
      from: '12137771234',
      to: '525538808448',
      status: name,
      timestamp: iso(at),
      ...more,
    })
    const begun = [status('started', 0), status('ringing', 1)]
    if (end === 'failed') return [...begun, status('failed', 3, { reason: 'Unreachable' }), status('completed', 4)]
    if (end === 'unanswered') return [...begun, status('busy', 3), status('completed', 4, { duration: '0' })]
    const recording = {
      conversation_uuid,
      recording_uuid: `${conversation_uuid}-recording`,
      recording_url: 'https://api.nexmo.example/v1/files/1',
      timestamp: iso(17),
      size: 1234,
    }
    return [...begun, status('answered', 5), status('completed', 15, { duration: '10' }), recording]
  },
  plivo: ({ callId: CallUUID, end }) => {
    const step = (CallStatus: string, more: Payload = {}) => ({
      CallUUID,
      Direction: 'outbound',
      From: '12137771234',
      To: '525538808448',
      CallStatus,
      ...more,
    })
    if (end !== 'answered') {
      const name = end === 'failed' ? 'failed' : 'busy'
      return [step('ringing', { Event: 'Ring' }), step(name, { Event: 'Hangup', HangupCauseName: name, Duration: '0' })]
    }
    const times = {
      StartTime: '2026-03-01 10:00:00',
      AnswerTime: '2026-03-01 10:00:05',
      EndTime: '2026-03-01 10:00:15',
    }
    const ended = { Event: 'Hangup', HangupCauseName: 'Normal Hangup', Duration: '10', BillDuration: '60', ...times }
    return [
      step('ringing', { Event: 'Ring' }),
      step('in-progress', { Event: 'Answer' }),
      step('completed', ended),
      {
        CallUUID,
        RecordingID: `${CallUUID}-rec`,
        RecordUrl: 'https://media.plivo.example/r.mp3',
        RecordingDuration: '9',
      },
    ]
  },
  bland: ({ callId: call_id, end, iso }) => [
    {
      call_id,
      to: '+525538808448',
      from: '+12137771234',
      inbound: false,
      call_length: end === 'answered' ? 0.17 : 0,
      corrected_duration: end === 'answered' ? '10' : '0',
      completed: end === 'answered',
      status: pick(end, 'completed', 'no-answer', 'failed'),
      error_message: end === 'failed' ? 'Carrier unavailable' : null,
      created_at: iso(0),
      end_at: iso(15),
      ...(end === 'answered'
        ? { recording_url: 'https://bland.example/r.mp3', concatenated_transcript: 'user: hola', call_ended_by: 'USER' }
        : {}),
    },
  ],
  generic: ({ callId, end, fields }) => {
    const last: CallState = pick<CallState>(end, 'ended', 'not_connected', 'error')
    const states: readonly CallState[] = end === 'answered' ? ['registered', 'ongoing', last] : ['registered', last]
    return states.flatMap((state) => {
      const [status] = Object.entries(fields.statuses).find(([, means]) => means === state) ?? []
      return status === undefined ? [] : [withMember(withMember({}, fields.callId, callId), fields.status, status)]
    })
  },
}

/** @param pointer RFC 6901 */
function withMember(payload: Payload, pointer: string, value: unknown): Payload {
  const [, name = '', ...rest] = pointer.split('/').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  if (rest.length === 0) return { ...payload, [name]: value }
  const inner = payload[name]
  const below = typeof inner === 'object' && inner !== null ? (inner as Payload) : {} // made here
  return {
    ...payload,
    [name]: withMember(
      below,
      `/${rest.map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}`,
      value,
    ),
  }
}
