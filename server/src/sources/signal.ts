// Owns the signal: what one request of a provider says about one call, in Timbre's words.

/** Where a call stands, as a signal says it. */
export type SignalState = 'registered' | 'ongoing' | 'ended' | 'not_connected' | 'error'

/** What is known of a call. A member that is absent is not known. */
export interface CallFacts {
  readonly direction?: 'inbound' | 'outbound'
  readonly from_number?: string
  readonly to_number?: string
  /** The provider's name of the agent. */
  readonly agent_id?: string
  readonly disconnection_reason?: string
  readonly duration_ms?: number
  readonly recording_url?: string
  readonly public_log_url?: string
  readonly transcript?: string
  readonly error_code?: string
  readonly error_message?: string
}

export interface Signal {
  /** The provider's own id of the call; in events `data.call_id`. */
  readonly callId: string
  /** The provider's name of what happened. */
  readonly event: string
  /** null: it says nothing of where the call stands. */
  readonly state: SignalState | null
  /** Of `ended`: somebody answered. Else that is known only from a signal that the call was ongoing. */
  readonly provesAnswer?: boolean
  /** Of `ended`: every call gets it, whatever else was said of it, so that it counts less than any other end. */
  readonly isWeak?: boolean
  /** Nothing more is to come that would change what is known. */
  readonly isFinal?: boolean
  /** Where a call has several legs: the call ends with the last. */
  readonly leg?: { readonly id: string; readonly isEnded: boolean }
  /** When it happened, in ms; null: not said. */
  readonly occurredAt: number | null
  /** The provider's count within the call; null: it does not count. */
  readonly sequence: number | null
  /** The same for the same message sent again, within the source. */
  readonly dedupeKey: string
  readonly facts: CallFacts
  /** The vendor's own fields, for `data.provider`. */
  readonly provider: Readonly<Record<string, unknown>>
}

/** What a normaliser makes of a payload. */
export type Normalised =
  | { readonly kind: 'signal'; readonly signal: Signal }
  /** Nothing about a call that is known here: kept as evidence. */
  | { readonly kind: 'evidence'; readonly event: string; readonly dedupeKey: string; readonly callId: string | null }
  /** It asks for instructions, which a source does not give. */
  | { readonly kind: 'needs_answer'; readonly event: string }
