// Owns the question to a provider what became of a call of which it says nothing more, and the reading of its response. Pure.
// From docs.retellai.com/api-references/get-call, docs.vapi.ai/api-reference/calls/get, twilio.com/docs/voice/api/call-resource and
// docs.bland.ai/api-v1/get/calls-id.

import { objectAt, textAt } from '@timbre/contract/providers/fields.ts'
import { isObject, type Payload, type SourceRequest } from '@timbre/contract/providers/source-request.ts'
import type { SourceKind } from '@timbre/contract/source.ts'
import { PROVIDERS } from './providers.ts'
import type { Signal } from './signal.ts'
import type { TrackedCall } from './tracked-call.ts'

export interface Question {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

/** What a source may be asked with: the key of the provider's API, or its secret where that is the same. */
export interface AskKeys {
  readonly apiKey: string | null
  readonly secret: string
}

interface Asking {
  question(call: TrackedCall, keys: AskKeys): Question | undefined
  /** The response as the provider would have posted it; undefined: the call is not over. */
  posted(response: Payload, callId: string): Payload | undefined
}

const TWILIO_ENDS: ReadonlySet<string | undefined> = new Set(['completed', 'busy', 'no-answer', 'canceled', 'failed'])

const ASKING: Readonly<Partial<Record<SourceKind, Asking>>> = {
  retell: {
    question: ({ callId }, { apiKey, secret }) => ({
      url: `https://api.retellai.com/v2/get-call/${encodeURIComponent(callId)}`,
      headers: { authorization: `Bearer ${apiKey ?? secret}` },
    }),
    posted: (call) => {
      const status = textAt(call, 'call_status')
      return status === 'ended' || status === 'error' || status === 'not_connected'
        ? { event: 'call_analyzed', call }
        : undefined
    },
  },
  vapi: {
    question: ({ callId }, { apiKey }) =>
      apiKey === null
        ? undefined
        : {
            url: `https://api.vapi.ai/call/${encodeURIComponent(callId)}`,
            headers: { authorization: `Bearer ${apiKey}` },
          },
    posted: (call) =>
      textAt(call, 'status') === 'ended' ? { message: { ...call, type: 'end-of-call-report', call } } : undefined,
  },
  twilio: {
    question: ({ callId, provider }, { apiKey, secret }) => {
      const account = provider['AccountSid']?.value
      if (typeof account !== 'string') return undefined
      const basic = Buffer.from(`${account}:${apiKey ?? secret}`).toString('base64')
      const path = `${encodeURIComponent(account)}/Calls/${encodeURIComponent(callId)}.json`
      return {
        url: `https://api.twilio.com/2010-04-01/Accounts/${path}`,
        headers: { authorization: `Basic ${basic}` },
      }
    },
    posted: (call, CallSid) => {
      const CallStatus = textAt(call, 'status')
      if (!TWILIO_ENDS.has(CallStatus)) return undefined
      const [Timestamp, CallDuration] = [textAt(call, 'end_time'), textAt(call, 'duration')]
      return { CallSid, CallStatus, Timestamp, CallDuration, CallbackSource: 'asked' }
    },
  },
  bland: {
    question: ({ callId }, { apiKey }) =>
      apiKey === null
        ? undefined
        : { url: `https://api.bland.ai/v1/calls/${encodeURIComponent(callId)}`, headers: { authorization: apiKey } },
    posted: (call) => (call['completed'] === true || textAt(call, 'error_message') !== undefined ? call : undefined),
  },
}

/** undefined: this provider cannot be asked, or there is no key. */
export function questionOf(kind: SourceKind, call: TrackedCall, keys: AskKeys): Question | undefined {
  return ASKING[kind]?.question(call, keys)
}

/** What the response says, as a signal; undefined: the call is not over, or the response is none. */
export function answeredSignal(kind: SourceKind, callId: string, text: string): Signal | undefined {
  const response = readBeginning(text)
  const payload = response === undefined ? undefined : ASKING[kind]?.posted(response, callId)
  if (payload === undefined) return undefined
  const request: SourceRequest = { method: 'GET', url: '', headers: {}, body: Buffer.from(text) }
  const normalised = PROVIDERS[kind].normalise(payload, request)
  if (normalised.kind !== 'signal' || normalised.signal.callId !== callId) return undefined
  // Beside the message that may still come: its key is another one.
  const dedupeKey = `asked/${normalised.signal.dedupeKey}`
  return { ...normalised.signal, event: 'asked', isFinal: true, dedupeKey }
}

/** Of a response only the beginning is kept, and a transcript is long: the members of the object that came whole. */
function readBeginning(text: string): Payload | undefined {
  const whole = parsed(text)
  if (whole !== undefined) return whole
  const end = endOfLastMember(text)
  const beginning = end === 0 ? undefined : parsed(`${text.slice(0, end)}}`)
  return beginning === undefined ? undefined : objectAt({ beginning }, 'beginning')
}

function parsed(text: string): Payload | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Where the last comma between members of the outermost object stands; 0: nowhere. */
function endOfLastMember(text: string): number {
  let [depth, end, isInText] = [0, 0, false]
  for (let index = 0; index < text.length; index++) {
    const sign = text[index]
    if (isInText) {
      if (sign === '\\') index++
      else if (sign === '"') isInText = false
    } else if (sign === '"') isInText = true
    else if (sign === '{' || sign === '[') depth++
    else if (sign === '}' || sign === ']') depth--
    else if (sign === ',' && depth === 1) end = index
  }
  return end
}
