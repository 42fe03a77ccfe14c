import { SAMPLE_START_MS, sampleCall } from '@timbre/contract/providers/sample-calls.ts'
import { readPayload } from '@timbre/contract/providers/source-request.ts'
import { signedBy } from '@timbre/contract/providers/testing/test-signers.ts'
import { SAMPLE_ENDS, type SampleEnd, SOURCE_KINDS, type SourceKind } from '@timbre/contract/source.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { callData, mappedAgent, terminalEventId } from './call-events.ts'
import { type Advance, advance, type CallTimes, closeCall, SILENCE_GRACE_MS } from './call-tracker.ts'
import { PROVIDERS } from './providers.ts'
import type { Signal } from './signal.ts'
import { factsOf, isEnd, newCall, type TrackedCall } from './tracked-call.ts'

const ID = '019c0000-0000-7000-8000-000000000001'
const now = SAMPLE_START_MS

function signalsOf(kind: SourceKind, end: SampleEnd): readonly Signal[] {
  return sampleCall(kind, 'CA1', end).flatMap((payload) => {
    const request = signedBy({ kind, url: 'https://timbre.example/sources/x', payload, now })
    const normalised = PROVIDERS[kind].normalise(readPayload(request) ?? {}, request)
    return normalised.kind === 'signal' ? [normalised.signal] : []
  })
}

function advanceAll(call: TrackedCall, signals: readonly Signal[], at: number, times: CallTimes): Advance {
  return signals.reduce<Advance>(
    (before, signal) => {
      const next = advance(before.call, signal, at, times)
      return { call: next.call, emissions: [...before.emissions, ...next.emissions] }
    },
    { call, emissions: [] },
  )
}

function run(kind: SourceKind, signals: readonly Signal[]): Advance {
  return advanceAll(newCall(ID, 'CA1', now), signals, now, PROVIDERS[kind])
}

/** As if its time had come. */
function closed(kind: SourceKind, { call, emissions }: Advance): Advance {
  const end = closeCall(call, call.dueAt ?? now, PROVIDERS[kind])
  return { call: end.call, emissions: [...emissions, ...end.emissions] }
}

const typesOf = ({ emissions }: Advance) => emissions.map(({ type, isAmendment }) => (isAmendment ? 'amendment' : type))
const STATES: Readonly<Record<SampleEnd, string>> = { answered: 'ended', unanswered: 'not_connected', failed: 'error' }
/** What depends on nothing but the set of signals. */
const known = ({ state, isAnswered, isFinal, legs, facts, provider }: TrackedCall) => ({
  state,
  isAnswered,
  isFinal,
  legs,
  facts,
  provider,
})

describe.each(SOURCE_KINDS)('a call of %s', (kind) => {
  it.each(SAMPLE_ENDS)('that is %s has one terminal event, with what is known', (end) => {
    const whole = closed(kind, run(kind, signalsOf(kind, end)))
    const types = typesOf(whole)
    const terminals = types.filter((type) => type === 'call.completed' || type === 'call.error')
    // Bland's and ElevenLabs' unanswered calls too: there is no call without an end.
    expect(terminals).toEqual([end === 'failed' ? 'call.error' : 'call.completed'])
    expect(whole.call.state).toBe(STATES[end])
    expect(whole.call.dueAt).toBeNull()
    const { direction, from_number, to_number } = factsOf(whole.call)
    const theirs = direction === 'inbound' ? from_number : to_number
    expect([undefined, '+525538808448']).toContain(theirs)
    const data = callData(whole.call, { type: 'call.completed', isAmendment: false }, kind, undefined)
    expect(data).toMatchObject({ call_id: 'CA1', call_status: STATES[end], provider: { name: kind } })
    if (end === 'unanswered') expect(data['duration_ms']).toBe(0)
    if (end === 'failed') expect(data['error_code']).toEqual(expect.stringMatching(/./))
  })

  it('has the same end in every order, however often anything is repeated and whatever is lost', () => {
    const scenario = fc.constantFrom(...SAMPLE_ENDS).chain((end) => {
      const signals = signalsOf(kind, end)
      return fc.record({
        set: fc.subarray([...signals], { minLength: 1 }),
        seed: fc.array(fc.nat(), { minLength: 24, maxLength: 24 }),
        closesAfter: fc.nat({ max: 12 }),
      })
    })
    fc.assert(
      fc.property(scenario, ({ set, seed, closesAfter }) => {
        const repeated = [...set, ...set.filter((_, index) => (seed[index] ?? 0) % 2 === 0)]
        const shuffled = repeated
          .map((signal, index) => ({ signal, at: seed[index] ?? 0 }))
          .sort((a, b) => a.at - b.at)
          .map(({ signal }) => signal)
        const inOrder = run(kind, set)
        const outOfOrder = run(kind, shuffled)
        // What was said before may differ, but not what is known, nor where the call stands.
        expect(known(outOfOrder.call)).toEqual(known(inOrder.call))
        expectOneEnd(kind, shuffled, shuffled.length)
        // Delayed until after the watchdog has closed the call: late ones amend.
        const late = expectOneEnd(kind, shuffled, Math.min(closesAfter, shuffled.length))
        if (isEnd(inOrder.call.state)) expect(late.call.state).toBe(inOrder.call.state)
      }),
      { numRuns: 150 },
    )
  })
})

/** Closed after so many signals: there is exactly one terminal event, and no step goes back. */
function expectOneEnd(kind: SourceKind, signals: readonly Signal[], closesAfter: number): Advance {
  const ranks = { registered: 1, ongoing: 2, ended: 3, not_connected: 3, error: 3 }
  let current: Advance = { call: newCall(ID, 'CA1', now), emissions: [] }
  const step = (next: Advance) => {
    const [before, after] = [current.call.state, next.call.state]
    if (before !== null) expect(after !== null && ranks[after] >= ranks[before]).toBe(true)
    if (next.emissions.length > 0 && before !== after) expect(next.emissions[0]?.type).toBe('call.status.updated')
    if (before === after && current.call.terminal === null) {
      expect(next.emissions.filter(({ type }) => type === 'call.status.updated')).toEqual([])
    }
    current = { call: next.call, emissions: [...current.emissions, ...next.emissions] }
  }
  signals.forEach((signal, index) => {
    if (index === closesAfter) step(closeCall(current.call, now, PROVIDERS[kind]))
    step(advanceAll(current.call, [signal], now, PROVIDERS[kind]))
  })
  step(closeCall(current.call, now, PROVIDERS[kind]))
  const terminals = current.emissions.filter(({ type }) => type !== 'call.status.updated')
  expect(terminals).toHaveLength(1)
  expect(current.call.dueAt).toBeNull()
  const afterTerminal = current.emissions.slice(
    current.emissions.findIndex(({ type }) => type !== 'call.status.updated') + 1,
  )
  expect(afterTerminal.every(({ isAmendment }) => isAmendment)).toBe(true)
  return current
}

describe('the call tracker', () => {
  it('emits one status for each true change, and the end once everything is known', () => {
    const [started, ended, analyzed] = signalsOf('retell', 'answered') as [Signal, Signal, Signal] // three by their document
    expect(typesOf(run('retell', [started, started, ended, started, ended]))).toEqual([
      'call.status.updated',
      'call.status.updated',
    ])
    expect(typesOf(run('retell', [started, ended, analyzed, analyzed]))).toEqual([
      'call.status.updated',
      'call.status.updated',
      'call.completed',
    ])
  })

  it('does not take the `completed` that follows every end of Vonage for an answer', () => {
    const signals = signalsOf('vonage', 'unanswered')
    const { call, emissions } = run('vonage', signals)
    expect(call.state).toBe('not_connected')
    expect(factsOf(call).disconnection_reason).toBe('busy')
    expect(emissions.filter(({ type }) => type === 'call.completed')).toHaveLength(1)
    expect(run('vonage', [...signals].reverse()).call.state).toBe('not_connected')
  })

  it('ends a call of several legs with the last one, as the leg that went well says', () => {
    const [initiated, answered, hangup] = signalsOf('telnyx', 'answered') as [Signal, Signal, Signal]
    const other = (signal: Signal, more: Partial<Signal>): Signal => ({
      ...signal,
      ...more,
      leg: { id: 'other', isEnded: signal === hangup },
      dedupeKey: `${signal.dedupeKey}-other`,
    })
    const transfer = other(initiated, {})
    const busy = other(hangup, { state: 'not_connected', facts: { disconnection_reason: 'user_busy' } })
    const open = run('telnyx', [initiated, answered, transfer, hangup])
    expect(open.call.state).toBe('ongoing')
    const over = run('telnyx', [initiated, answered, transfer, hangup, busy])
    expect(over.call.state).toBe('ended')
    expect(factsOf(over.call).disconnection_reason).toBe('normal_clearing')
  })

  it('closes a call that its provider forgot, and amends when the end comes after all', () => {
    const [started, ended, analyzed] = signalsOf('retell', 'answered') as [Signal, Signal, Signal]
    const open = run('retell', [started])
    expect(open.call.dueAt).toBe(now + PROVIDERS.retell.callMsMax + SILENCE_GRACE_MS)
    const silent = closeCall(open.call, now, PROVIDERS.retell)
    expect(typesOf(silent)).toEqual(['call.status.updated', 'call.error'])
    const error = { type: 'call.error', isAmendment: false } as const
    expect(callData(silent.call, error, 'retell', undefined)).toMatchObject({
      call_status: 'error',
      error_code: 'provider_silent',
      disconnection_reason: 'provider_silent',
    })
    const late = advanceAll(silent.call, [ended, analyzed, started], now, PROVIDERS.retell)
    expect(typesOf(late)).toEqual(['amendment'])
    expect(callData(late.call, late.emissions[0] ?? error, 'retell', undefined)).toMatchObject({
      call_status: 'ended',
      disconnection_reason: 'agent_hangup',
      amends: terminalEventId(late.call),
      transcript: 'Agent: hola',
    })
  })

  it('maps the agent by the provider’s id, else by the number on our side', () => {
    const outbound = run('retell', signalsOf('retell', 'answered')).call
    expect(mappedAgent(outbound, { oBeDLoLOeuAbiuaMFXRtDOLriTJ5tSxD: 'a', '+12137771234': 'b' })).toBe('a')
    expect(mappedAgent(outbound, { '+12137771234': 'b', '+525538808448': 'c' })).toBe('b')
    expect(mappedAgent(outbound, {})).toBeUndefined()
  })
})
