import { describe, expect, test } from 'vitest'
import type { CallEventRow, CallRow } from '../storage/storage.ts'
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
    body,
    ...fields,
  }
}

function call(...events: readonly CallEventRow[]): CallRow {
  return { seq: 1, callId: 'c', eventCount: events.length, eventCountIsExact: true, events }
}

describe('a call', () => {
  test('stands where its last event with a status says, and has the numbers and the agent of the first that says them', () => {
    const events = [
      event(1, { call_status: 'registered', to_number: '+52' }),
      event(2, { call_status: 'ongoing', from_number: '+1', to_number: '+53' }, { agentId: AGENT }),
      event(3, { call_status: 'ended' }, { agentId: 'another' }),
      event(4, { tool: 'x' }),
    ]
    expect(summarizeCall(call(...events))).toEqual({
      callId: 'c',
      status: 'ended',
      agentId: AGENT,
      fromNumber: '+1',
      toNumber: '+52',
      firstEventAt: 1,
      lastEventAt: 4,
    })
  })

  test.each([
    ['a body that was not read', null],
    ['members of another form', { call_status: 7, from_number: ['+1'], to_number: null }],
    ['empty texts', { call_status: '', from_number: '', to_number: '' }],
    ['data without them', {}],
  ])('of %s says nothing, and is shown all the same', (_, data) => {
    expect(summarizeCall(call(event(5, data)))).toEqual({
      callId: 'c',
      status: null,
      agentId: null,
      fromNumber: null,
      toNumber: null,
      firstEventAt: 5,
      lastEventAt: 5,
    })
  })

  test('is asked for by each filter, and by all of them together', () => {
    const events = [event(1, { call_status: 'ended', from_number: '+1 213', to_number: 'sip:a@b' }, { agentId: AGENT })]
    const summary = summarizeCall(call(...events))
    const fits = { status: 'ended', agentId: AGENT, number: '1213' }
    expect(isAskedFor(summary, {})).toBe(true)
    expect(isAskedFor(summary, fits)).toBe(true)
    expect(isAskedFor(summary, { ...fits, number: 'sip:a@b' })).toBe(true)
    expect(isAskedFor(summary, { ...fits, status: 'ongoing' })).toBe(false)
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
