import { describe, expect, test } from 'vitest'
import type { CallEventRow, CallRow, TrackedCallSummary } from '../storage/storage.ts'
import { isAskedFor, isSameNumber, summarizeCall } from './call-summary.ts'

const AGENT = '01990f2e-5400-7b31-9c4d-2f6a8e1b0c3d'

function event(seq: number, data: object | null, fields: Partial<CallEventRow> = {}): CallEventRow {
  const body = data === null ? null : JSON.stringify({ id: 'evt_1', type: 't', created_at: '', data })
  return {
    seq,
    id: `evt_${seq}`,
    type: 't',
    agentId: null,
    callId: 'c',
    createdAt: seq,
    deliveryCount: 0,
    isTest: 0,
    body,
    ...fields,
  }
}

function call(...events: readonly CallEventRow[]): CallRow {
  return { seq: 1, callId: 'c', eventCount: events.length, eventCountIsExact: true, events }
}

function tracked(fields: Partial<TrackedCallSummary>): TrackedCallSummary {
  return { sourceId: 's', callId: 'c', kind: 'twilio', state: 'ended', updatedAt: 5, signalCount: 4, ...fields }
}

describe('a call', () => {
  test('stands where its last event with a status says, and has the numbers and the agent of the first that says them', () => {
    const events = [
      event(1, { call_status: 'registered', to_number: '+52' }),
      event(2, { call_status: 'ongoing', from_number: '+1', to_number: '+53' }, { agentId: AGENT }),
      event(3, { call_status: 'ended', disconnection_reason: 'completed', error_code: 'x' }, { agentId: 'another' }),
      event(4, { tool: 'x' }),
    ]
    expect(summarizeCall(call(...events))).toEqual({
      callId: 'c',
      status: 'ended',
      state: null,
      provider: null,
      endReason: 'completed',
      signalCount: 0,
      agentId: AGENT,
      fromNumber: '+1',
      toNumber: '+52',
      firstEventAt: 1,
      lastEventAt: 4,
    })
  })

  test('is not told from what test sends made of its events, unless there is nothing else', () => {
    const real = event(1, { call_status: 'ended', from_number: '+1' })
    const edited = event(2, { call_status: 'error', to_number: '+9' }, { isTest: 1, agentId: AGENT })
    expect(summarizeCall(call(real, edited))).toMatchObject({
      status: 'ended',
      agentId: null,
      toNumber: null,
      lastEventAt: 1,
    })
    expect(summarizeCall(call(edited))).toMatchObject({ status: 'error', agentId: AGENT })
  })

  test.each([
    ['a body that was not read', null],
    ['members of another form', { call_status: 7, error_code: 7, from_number: ['+1'], to_number: null }],
    ['empty texts', { call_status: '', from_number: '', to_number: '' }],
    ['data without them', {}],
  ])('of %s says nothing, and is shown all the same', (_, data) => {
    expect(summarizeCall(call(event(5, data)))).toEqual({
      callId: 'c',
      status: null,
      state: null,
      provider: null,
      endReason: null,
      signalCount: 0,
      agentId: null,
      fromNumber: null,
      toNumber: null,
      firstEventAt: 5,
      lastEventAt: 5,
    })
  })

  test('stands where the source says that was heard of last', () => {
    const sources = [tracked({}), tracked({ kind: 'vapi', state: 'ongoing', updatedAt: 7 }), tracked({ updatedAt: 6 })]
    const summary = summarizeCall(call(event(1, { call_status: 'ended', error_code: 'busy' })), sources)
    expect(summary).toMatchObject({ state: 'ongoing', provider: 'vapi', endReason: 'busy', signalCount: 4 })
    // A row of a later version may have a word that is not known here.
    expect(summarizeCall(call(event(1, {})), [tracked({ state: 'resting' })]).state).toBeNull()
  })

  test('is asked for by each filter, and by all of them together', () => {
    const events = [event(1, { call_status: 'ended', from_number: '+1 213', to_number: 'sip:a@b' }, { agentId: AGENT })]
    const summary = summarizeCall(call(...events), [tracked({})])
    const fits = { status: 'ended', state: 'ended', provider: 'twilio', agentId: AGENT, number: '1213' } as const
    expect(isAskedFor(summary, {})).toBe(true)
    expect(isAskedFor(summary, fits)).toBe(true)
    expect(isAskedFor(summary, { ...fits, number: 'sip:a@b' })).toBe(true)
    expect(isAskedFor(summary, { ...fits, status: 'ongoing' })).toBe(false)
    expect(isAskedFor(summary, { ...fits, state: 'ongoing' })).toBe(false)
    expect(isAskedFor(summary, { ...fits, provider: 'vapi' })).toBe(false)
    expect(isAskedFor(summary, { ...fits, agentId: 'another' })).toBe(false)
    expect(isAskedFor(summary, { ...fits, number: '+1 214' })).toBe(false)
  })
})

describe('a number', () => {
  test.each([
    ['+525538808448', ' 525538808448'],
    ['+52 55 3880-8448', '525538808448'],
    ['(213) 777-1234', '213.777.1234'],
    ['anonymous', 'anonymous'],
    ['911', '911'],
  ])('%j is the same as %j', (one, other) => expect(isSameNumber(one, other)).toBe(true))

  test.each([
    ['+525538808448', '+525538808449'],
    ['sip:100@a', 'sip:100@b'],
    ['client:agent_1', '1'],
    ['anonymous', ''],
    ['', ' '],
  ])('%j is another one than %j', (one, other) => expect(isSameNumber(one, other)).toBe(false))
})
