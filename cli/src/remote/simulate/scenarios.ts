// Owns the calls that `timbre simulate call` makes: which events a call has, when they come, with which data.
// Pure: the same draw gives the same call. Times are those of voice platforms: ringing some 25 s, talks of one to six minutes.
import type { Draw } from './draw.ts'

export interface SimulatedEvent {
  /** After the call was registered, in milliseconds. */
  readonly atMs: number
  /** When it happened, where that is not when it comes: what overtakes another keeps its own time. */
  readonly happenedAtMs?: number
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
}

export const SCENARIOS = [
  'answered',
  'busy',
  'no-answer',
  'voicemail',
  'transfer',
  'carrier-error',
  'out-of-order',
  'provider-forgot',
] as const
export type Scenario = (typeof SCENARIOS)[number]

export const SCENARIO_HELP: Readonly<Record<Scenario, string>> = {
  answered: 'registered, ongoing, a tool is used, ended, completed',
  busy: 'registered, not connected: busy',
  'no-answer': 'registered, rings, not connected, missed',
  voicemail: 'registered, ongoing, ended at a voicemail, a message is left',
  transfer: 'registered, ongoing, ended by a transfer to a person, completed',
  'carrier-error': 'registered, error',
  'out-of-order': 'as answered, but ended comes before ongoing and completed before ended',
  'provider-forgot': 'registered, ongoing, and nothing any more',
}

const BASE62 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const DIGITS = '0123456789'

/** The events of one call, in the order in which they come. */
export function callEvents(scenario: Scenario, draw: Draw): SimulatedEvent[] {
  const call = new Call(draw)
  switch (scenario) {
    case 'answered':
      return call.answered(draw.oneOf('agent_hangup', 'user_hangup'))
    case 'busy':
      return call.notConnected(draw.between(1500, 6000), 'dial_busy')
    case 'no-answer':
      return missed(call, draw)
    case 'voicemail':
      return voicemail(call, draw)
    case 'transfer':
      return call.answered('call_transfer', { transfer_destination: call.numberOf('+52') })
    case 'carrier-error':
      return carrierError(call, draw)
    case 'out-of-order':
      return overtaken(call.answered('user_hangup'))
    case 'provider-forgot':
      return call.answered('user_hangup').slice(0, 2)
  }
}

/** One call: what is the same in all of its events. */
class Call {
  readonly #draw: Draw
  readonly #callId: string
  readonly #numbers: Readonly<Record<string, string>>
  readonly #agentId: string

  constructor(draw: Draw) {
    this.#draw = draw
    this.#callId = draw.text(BASE62, 32)
    this.#agentId = draw.text(BASE62, 32)
    const isOutbound = draw.next() < 0.7
    const [ours, theirs] = [this.numberOf('+1'), this.numberOf('+52')]
    this.#numbers = isOutbound
      ? { direction: 'outbound', from_number: ours, to_number: theirs }
      : { direction: 'inbound', from_number: theirs, to_number: ours }
  }

  /** Ten digits that begin as those of real areas do: 212 555 0100 to 0199 and the like are kept for fiction in +1. */
  numberOf(country: '+1' | '+52'): string {
    if (country === '+1') return `+1${this.#draw.oneOf('212', '213', '305', '415')}55501${this.#draw.text(DIGITS, 2)}`
    return `+52${this.#draw.oneOf('55', '33', '81')}${this.#draw.text('23456789', 1)}${this.#draw.text(DIGITS, 7)}`
  }

  status(atMs: number, callStatus: string, more: object = {}): SimulatedEvent {
    return this.event(atMs, 'call.status.updated', { call_status: callStatus, ...more })
  }

  event(atMs: number, type: string, more: object): SimulatedEvent {
    return { atMs, type, data: { call_id: this.#callId, ...this.#numbers, agent_id: this.#agentId, ...more } }
  }

  notConnected(atMs: number, reason: string): SimulatedEvent[] {
    return [
      this.status(0, 'registered'),
      this.status(atMs, 'not_connected', { disconnection_reason: reason, duration_ms: 0 }),
    ]
  }

  /** Ringing, a talk in which a tool may be used, and its end. */
  answered(reason: string, more: object = {}): SimulatedEvent[] {
    const answeredAt = this.#draw.between(4000, 22_000)
    const talkMs = this.#draw.between(45_000, 380_000)
    const endedAt = answeredAt + talkMs
    const end = { disconnection_reason: reason, duration_ms: talkMs, ...more }
    return [
      this.status(0, 'registered'),
      this.status(answeredAt, 'ongoing'),
      this.event(answeredAt + Math.round(talkMs * 0.6), 'tool.invoked', this.#tool()),
      this.status(endedAt, 'ended', end),
      this.event(endedAt + this.#draw.between(1500, 8000), 'call.completed', {
        call_status: 'ended',
        ...end,
        ...this.recording('recordings'),
      }),
    ]
  }

  recording(folder: string): object {
    return { recording_url: `https://example.com/${folder}/${this.#callId}.wav` }
  }

  #tool(): object {
    return {
      tool_name: this.#draw.oneOf('schedule_call_tool', 'find_appointment', 'look_up_order'),
      status: this.#draw.next() < 0.95 ? 'success' : 'error',
      duration_ms: this.#draw.between(120, 2400),
    }
  }
}

function missed(call: Call, draw: Draw): SimulatedEvent[] {
  const ringMs = draw.between(22_000, 32_000)
  const reason = { disconnection_reason: 'dial_no_answer' }
  return [...call.notConnected(ringMs, 'dial_no_answer'), call.event(ringMs + 300, 'call.callMissed', reason)]
}

function voicemail(call: Call, draw: Draw): SimulatedEvent[] {
  const answeredAt = draw.between(20_000, 30_000)
  const messageMs = draw.between(8000, 40_000)
  const end = { disconnection_reason: 'voicemail_reached', duration_ms: messageMs }
  return [
    call.status(0, 'registered'),
    call.status(answeredAt, 'ongoing'),
    call.status(answeredAt + messageMs, 'ended', end),
    call.event(answeredAt + messageMs + 2000, 'call.voicemailReceived', {
      duration_ms: messageMs,
      ...call.recording('voicemail'),
    }),
  ]
}

function carrierError(call: Call, draw: Draw): SimulatedEvent[] {
  const atMs = draw.between(800, 4000)
  const error = {
    error_code: draw.oneOf('telephony_provider_unavailable', 'sip_routing_error', 'invalid_destination'),
    error_message: 'The carrier refused the call',
  }
  return [
    call.status(0, 'registered'),
    call.status(atMs, 'error', error),
    call.event(atMs + 200, 'call.error', { call_status: 'error', ...error }),
  ]
}

/** Registered, then from the last to the first, as a provider with parallel senders delivers them. */
function overtaken([first, ...others]: readonly SimulatedEvent[]): SimulatedEvent[] {
  const last = others.at(-1)?.atMs ?? 0
  const late = [...others].reverse().map((event, index) => ({
    ...event,
    atMs: last + index * 150,
    happenedAtMs: event.atMs,
  }))
  return first === undefined ? late : [first, ...late]
}
