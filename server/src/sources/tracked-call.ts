// Owns the call as it is tracked: what signals have said so far, put together so that their order does not matter.
import type { SignalOrder } from './call-order.ts'
import type { CallFacts, SignalState } from './signal.ts'

/** A value, and the order of the signal that said it. */
export interface Said<T> {
  readonly value: T
  readonly by: SignalOrder
}

export interface TrackedCall {
  /** A UUID of ours: the id of the call's one terminal event is made of it. */
  readonly id: string
  /** The provider's. */
  readonly callId: string
  /** Where it stands, as was said in events; it never goes back. null: nothing was said of that yet. */
  readonly state: SignalState | null
  /** Of the signals so far, the one that says most of where the call stands. */
  readonly top: Said<SignalState> | null
  readonly isAnswered: boolean
  /** Nothing more is to come that would change what is known. */
  readonly isFinal: boolean
  readonly facts: { readonly [K in keyof CallFacts]?: Said<Exclude<CallFacts[K], undefined>> }
  readonly provider: Readonly<Record<string, Said<unknown>>>
  /** By the leg's id, whether it has ended. */
  readonly legs: Readonly<Record<string, boolean>>
  /** The one terminal event, once it was emitted. */
  readonly terminal: 'call.completed' | 'call.error' | null
  /** It was closed because its provider said nothing more. */
  readonly isSilent: boolean
  readonly firstAt: number
  readonly lastAt: number
  /** When something is to be done about it without a signal (in ms); null: never. */
  readonly dueAt: number | null
  /** How often the provider was asked what became of it. */
  readonly asked: number
}

export function newCall(id: string, callId: string, now: number): TrackedCall {
  return {
    id,
    callId,
    state: null,
    top: null,
    isAnswered: false,
    isFinal: false,
    facts: {},
    provider: {},
    legs: {},
    terminal: null,
    isSilent: false,
    firstAt: now,
    lastAt: now,
    dueAt: null,
    asked: 0,
  }
}

export function isEnd(state: SignalState | null): boolean {
  return state === 'ended' || state === 'not_connected' || state === 'error'
}

/** What is known, without who said it. */
export function factsOf({ facts, isSilent, top }: TrackedCall): CallFacts {
  const said = Object.fromEntries(Object.entries(facts).map(([name, { value }]) => [name, value])) as CallFacts // as they were put in
  // Only as long as no signal says how it ended.
  if (!isSilent || isEnd(top?.value ?? null)) return said
  return { ...said, disconnection_reason: 'provider_silent', error_code: 'provider_silent' }
}
