// Owns the life of a call: registered → ongoing → ended | error | not_connected, out of signals that repeat, are out of order, and stay out.
// Must never go back, and never emit a second terminal event: what comes after it amends. The same set of signals gives the same
// call in every order, because putting one in takes the greater of two and nothing else.
import { isAtLeast, orderOf } from './call-order.ts'
import { MINUTE_MS } from './provider.ts'
import type { CallFacts, Signal, SignalState } from './signal.ts'
import { factsOf, isEnd, type Said, type TrackedCall } from './tracked-call.ts'

/** What is to be published of a call, in order. */
export interface Emission {
  readonly type: 'call.status.updated' | 'call.completed' | 'call.error'
  /** It changes what the terminal event said. */
  readonly isAmendment: boolean
}

export interface Advance {
  readonly call: TrackedCall
  readonly emissions: readonly Emission[]
}

/** How long a provider's calls may take, and how long after the end something may come (Provider). */
export interface CallTimes {
  readonly callMsMax: number
  readonly completionMsMax: number
}

/** After the longest that a call may take. */
export const SILENCE_GRACE_MS = 15 * MINUTE_MS
const LEGS_MAX = 64
const PROVIDER_MEMBER_LENGTH_MAX = 8192
const PROVIDER_MEMBERS_MAX = 24

const RANKS: Readonly<Record<SignalState, number>> = { registered: 1, ongoing: 2, ended: 3, not_connected: 3, error: 3 }

/** The call with one more signal in it. Putting the same one in twice changes nothing. */
export function advance(call: TrackedCall, signal: Signal, now: number, times: CallTimes): Advance {
  const isAnswered = call.isAnswered || signal.state === 'ongoing' || signal.provesAnswer === true
  const joined: TrackedCall = {
    ...call,
    top: signal.state === null ? call.top : greater(call.top ?? undefined, signal.state, signal),
    isAnswered,
    isFinal: call.isFinal || signal.isFinal === true,
    facts: joinFacts(call.facts, signal),
    provider: joinProvider(call.provider, signal),
    legs: joinLeg(call.legs, signal),
    lastAt: Math.max(call.lastAt, now),
  }
  return settle(call, joined, now, times)
}

/** A call whose time has come: what is known is all, or its provider has forgotten it. */
export function closeCall(call: TrackedCall, now: number, times: CallTimes): Advance {
  if (call.terminal !== null) return { call: { ...call, dueAt: null }, emissions: [] }
  const isOver = isEnd(stateOf(call))
  return settle(call, { ...call, isFinal: true, isSilent: call.isSilent || !isOver }, now, times)
}

/** What follows from the difference. */
function settle(before: TrackedCall, joined: TrackedCall, now: number, times: CallTimes): Advance {
  const said = stateOf(joined)
  const state = said !== null && rank(said) >= rank(before.state) ? said : before.state
  const isAmendment = before.terminal !== null
  const isChanged = state !== before.state || (isAmendment && !hasSameFacts(before, joined))
  const emissions: Emission[] = isChanged ? [{ type: 'call.status.updated', isAmendment }] : []
  const terminal = before.terminal ?? terminalOf({ ...joined, state })
  if (before.terminal === null && terminal !== null) emissions.push({ type: terminal, isAmendment: false })
  const call = { ...joined, state, terminal }
  return { call: { ...call, dueAt: dueAt(before, call, now, times) }, emissions }
}

/** Where the call stands by what its signals say together. */
function stateOf({ top, legs, isAnswered, isFinal, isSilent }: TrackedCall): SignalState | null {
  if (top === null && !isSilent) return null
  const isOpen = Object.values(legs).includes(false)
  if (top === null || !isEnd(top.value) || (isOpen && !(isFinal && isSilent))) {
    return isSilent ? 'error' : isAnswered ? 'ongoing' : 'registered'
  }
  if (top.value === 'ended' && !isAnswered) return 'not_connected'
  return top.value === 'not_connected' && isAnswered ? 'ended' : top.value
}

function terminalOf({ state, top, isAnswered, isFinal }: TrackedCall): TrackedCall['terminal'] {
  if (!isEnd(state)) return null
  // That nobody answered is concluded from what has not come yet: it may be on its way.
  const isConcluded = top?.value === 'ended' && !isAnswered
  if (!isFinal && (state === 'ended' || isConcluded)) return null
  return state === 'error' ? 'call.error' : 'call.completed'
}

function dueAt(
  before: TrackedCall,
  call: TrackedCall,
  now: number,
  { callMsMax, completionMsMax }: CallTimes,
): number | null {
  if (call.terminal !== null) return null
  if (!isEnd(call.state)) return call.lastAt + callMsMax + SILENCE_GRACE_MS
  return isEnd(before.state) && before.dueAt !== null ? before.dueAt : now + completionMsMax
}

function rank(state: SignalState | null): number {
  return state === null ? 0 : RANKS[state]
}

function greater<T>(known: Said<T> | undefined, value: T, signal: Signal): Said<T> {
  const by = orderOf(signal)
  return known !== undefined && isAtLeast(known.by, by) ? known : { value, by }
}

function joinFacts(facts: TrackedCall['facts'], signal: Signal): TrackedCall['facts'] {
  const known: Readonly<Record<string, Said<unknown>>> = facts
  const entries = Object.entries(signal.facts).map(([name, value]) => [name, greater(known[name], value, signal)])
  return { ...facts, ...Object.fromEntries(entries) }
}

/** Small members, and not many of them: they go into every event. */
function joinProvider(provider: TrackedCall['provider'], signal: Signal): TrackedCall['provider'] {
  const joined: Record<string, Said<unknown>> = { ...provider }
  for (const [name, value] of Object.entries(signal.provider)) {
    if (JSON.stringify(value).length > PROVIDER_MEMBER_LENGTH_MAX) continue
    if (joined[name] === undefined && Object.keys(joined).length >= PROVIDER_MEMBERS_MAX) continue
    joined[name] = greater(joined[name], value, signal)
  }
  return joined
}

function joinLeg(legs: TrackedCall['legs'], { leg }: Signal): TrackedCall['legs'] {
  if (leg === undefined || (legs[leg.id] === undefined && Object.keys(legs).length >= LEGS_MAX)) return legs
  return { ...legs, [leg.id]: legs[leg.id] === true || leg.isEnded }
}

function hasSameFacts(a: TrackedCall, b: TrackedCall): boolean {
  const [left, right]: readonly CallFacts[] = [factsOf(a), factsOf(b)]
  const names = new Set([...Object.keys(left ?? {}), ...Object.keys(right ?? {})]) as Set<keyof CallFacts> // of their members
  return [...names].every((name) => left?.[name] === right?.[name])
}
