// Owns the types about calls: the seed's three, and the four of the later public pages.
import type { BuiltInEventType } from './built-in-event-type.ts'
import { CALL_STATUSES, callFields, dataSchema, errorCode } from './fields.ts'

const CALL_ID = 'Jabr9TXYYJHfvl6Syypi88rdAHYHmcq6'
const FROM = '+12137771234'
const TO = '+525538808448'

export const CALL_EVENT_TYPES: readonly BuiltInEventType[] = [
  {
    key: 'call.status.updated',
    title: 'Call status updated',
    description: 'A call was registered, could not be connected, is ongoing, has ended or has failed.',
    schema: dataSchema(['call_id', 'call_status'], {
      ...callFields,
      call_status: { type: 'string', enum: [...CALL_STATUSES], description: 'Where the call stands' },
    }),
    example: { call_id: CALL_ID, call_status: 'registered', direction: 'outbound', to_number: TO },
  },
  {
    key: 'call.completed',
    title: 'Call completed',
    description: 'A call has ended and everything about it is known.',
    schema: dataSchema(['call_id'], callFields),
    example: {
      call_id: CALL_ID,
      call_status: 'ended',
      direction: 'outbound',
      from_number: FROM,
      to_number: TO,
      agent_id: 'oBeDLoLOeuAbiuaMFXRtDOLriTJ5tSxD',
      disconnection_reason: 'agent_hangup',
      duration_ms: 10000,
      recording_url: 'https://example.com/recording.wav',
      public_log_url: 'https://example.com/public_log.txt',
    },
  },
  {
    key: 'call.error',
    title: 'Call error',
    description: 'A call could not be made or was broken off by an error.',
    schema: dataSchema(['call_id', 'error_code'], {
      ...callFields,
      error_code: { ...errorCode, type: 'string', minLength: 1 },
    }),
    example: { call_id: CALL_ID, error_code: 'telephony_provider_unavailable', error_message: 'Carrier unavailable' },
  },
  {
    key: 'call.callStarted',
    title: 'Call started',
    description: 'A call was answered and media is connected.',
    schema: dataSchema(['call_id'], callFields),
    example: { call_id: CALL_ID, direction: 'inbound', from_number: FROM, to_number: TO },
  },
  {
    key: 'call.callEnded',
    title: 'Call ended',
    description: 'A call has ended; with the recording where there is one.',
    schema: dataSchema(['call_id'], callFields),
    example: {
      call_id: CALL_ID,
      disconnection_reason: 'user_hangup',
      duration_ms: 62000,
      recording_url: 'https://example.com/recording.wav',
    },
  },
  {
    key: 'call.callMissed',
    title: 'Call missed',
    description: 'Nobody answered before the timeout.',
    schema: dataSchema(['call_id'], callFields),
    example: { call_id: CALL_ID, direction: 'outbound', to_number: TO, disconnection_reason: 'dial_no_answer' },
  },
  {
    key: 'call.voicemailReceived',
    title: 'Voicemail received',
    description: 'A caller left a message.',
    schema: dataSchema(['call_id'], callFields),
    example: {
      call_id: CALL_ID,
      direction: 'inbound',
      from_number: FROM,
      recording_url: 'https://example.com/voicemail.wav',
      duration_ms: 21000,
    },
  },
]
