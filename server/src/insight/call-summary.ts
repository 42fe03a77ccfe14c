// Owns what is told of a call from its events, and from where its source says that it stands. Pure.
// Must never refuse: what an event does not say, or says in another form, is null.
import { CALL_STATES, type SourceKind } from '@timbre/contract/source.ts'
import type { CallEventRow, CallRow, TrackedCallSummary } from '../storage/storage.ts'

export type CallState = (typeof CALL_STATES)[number]

export interface CallSummary {
  readonly callId: string
  readonly status: string | null
  readonly state: CallState | null
  readonly provider: SourceKind | null
  readonly endReason: string | null
  readonly signalCount: number
  readonly agentId: string | null
  readonly fromNumber: string | null
  readonly toNumber: string | null
  readonly firstEventAt: number
  readonly lastEventAt: number
}

export interface CallFilter {
  readonly status?: string | undefined
  readonly state?: CallState | undefined
  readonly provider?: SourceKind | undefined
  readonly agentId?: string | undefined
  readonly number?: string | undefined
}

/** The text members of an event's `data` that a call is told from. */
export interface CallData {
  readonly callStatus: string | null
  readonly fromNumber: string | null
  readonly toNumber: string | null
  /** Why it ended, in the provider's words. */
  readonly endReason: string | null
}

const NOTHING_SAID: CallData = { callStatus: null, endReason: null, fromNumber: null, toNumber: null }

/**
 * What its events say, but for those that test sends made: somebody may have written anything into them. A call of which nothing else
 * is known is told from them.
 * @param row with at least one event
 * @param tracked what the sources that tell of it say; of several the one that was heard of last counts
 */
export function summarizeCall(
  { callId, events: all }: CallRow,
  tracked: readonly TrackedCallSummary[] = [],
): CallSummary {
  const real = all.filter(({ isTest }) => isTest === 0)
  const events = real.length === 0 ? all : real
  const said = dataOnce()
  const newestFirst = [...events].reverse()
  const first = events[0]
  const last = newestFirst[0]
  const [source] = tracked.toSorted((a, b) => b.updatedAt - a.updatedAt)
  return {
    callId,
    status: firstSaid(newestFirst, (event) => said(event).callStatus),
    state: stateOf(source?.state),
    provider: source?.kind ?? null,
    endReason: firstSaid(newestFirst, (event) => said(event).endReason),
    signalCount: source?.signalCount ?? 0,
    agentId: firstSaid(events, ({ agentId }) => agentId),
    fromNumber: firstSaid(events, (event) => said(event).fromNumber),
    toNumber: firstSaid(events, (event) => said(event).toNumber),
    firstEventAt: first?.createdAt ?? 0,
    lastEventAt: last?.createdAt ?? 0,
  }
}

/** Whether a call is one of those that are asked for. */
export function isAskedFor(call: CallSummary, filter: CallFilter): boolean {
  const { status, state, provider, agentId, number } = filter
  return (
    (status === undefined || call.status === status) &&
    (state === undefined || call.state === state) &&
    (provider === undefined || call.provider === provider) &&
    (agentId === undefined || call.agentId === agentId) &&
    (number === undefined || [call.fromNumber, call.toNumber].some((one) => one !== null && isSameNumber(one, number)))
  )
}

/** What an event says of its call. */
export function callDataOf({ body }: CallEventRow): CallData {
  if (body === null) return NOTHING_SAID
  const { data } = JSON.parse(body) as { readonly data?: Readonly<Record<string, unknown>> } // an envelope that was accepted
  const textOf = (name: string) => {
    const value = data?.[name]
    return typeof value === 'string' && value !== '' ? value : null
  }
  return {
    callStatus: textOf('call_status'),
    fromNumber: textOf('from_number'),
    toNumber: textOf('to_number'),
    endReason: textOf('disconnection_reason') ?? textOf('error_code'),
  }
}

/** What the tracker writes, as one of the words that the contract has for it. */
export function stateOf(text: string | null | undefined): CallState | null {
  return CALL_STATES.find((state) => state === text) ?? null
}

/** Digits with what people write between them; in a query `+` means a space unless it is encoded. */
const TELEPHONE = /^\s*\+?[\s().-]*\d[\d\s().-]*$/

/** Telephone numbers by their digits; anything else (`sip:`, `client:`, `anonymous`) by its text. */
export function isSameNumber(one: string, other: string): boolean {
  if (one === other) return true
  return TELEPHONE.test(one) && TELEPHONE.test(other) && one.replaceAll(/\D/g, '') === other.replaceAll(/\D/g, '')
}

/** Each body is parsed at most once, and only when it is asked for: mostly the first and the last say all. */
function dataOnce(): (event: CallEventRow) => CallData {
  const known = new Map<CallEventRow, CallData>()
  return (event) => {
    const data = known.get(event) ?? callDataOf(event)
    known.set(event, data)
    return data
  }
}

function firstSaid<T>(events: readonly CallEventRow[], of: (event: CallEventRow) => T | null): T | null {
  for (const event of events) {
    const said = of(event)
    if (said !== null) return said
  }
  return null
}
