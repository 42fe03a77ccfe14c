// Owns what happens while `timbre listen` runs, as values: lines, JSON and the interactive view are made from the same.
import type { Exchange } from './exchange.ts'

/** How many deliveries wait on the server. */
export interface Waiting {
  readonly count: number
  /** false: there are more. */
  readonly isExact: boolean
  /** Milliseconds until the next of them is due, where all wait for a time; else null. */
  readonly nextInMs: number | null
}

export interface ListenStart {
  readonly name: string
  readonly webhookId: string
  readonly isNew: boolean
  /** It was disabled on the server, and is active again. */
  readonly wasInactive: boolean
  /** Where the server is, without the path. */
  readonly server: string
  readonly forwardTo: URL
  /** Nobody named the receiver: it is the only port of this machine that listens. */
  readonly isFoundByPort: boolean
  readonly eventTypes: readonly string[]
  readonly waiting: Waiting | null
  /** The signing secret, where it was asked for. */
  readonly secret: string | null
}

export type ListenNews =
  | ({ readonly kind: 'listening' } & ListenStart)
  | { readonly kind: 'forwarded'; readonly exchange: Exchange }
  | { readonly kind: 'skipped'; readonly deliveryId: string; readonly eventId: string; readonly type: string }
  | { readonly kind: 'waiting'; readonly waiting: Waiting }
  | { readonly kind: 'server_away' }
  | { readonly kind: 'server_back' }
  | { readonly kind: 'receiver_away'; readonly otherPorts: readonly string[] }
  | { readonly kind: 'receiver_back' }
  /** The server had disabled the webhook, as it does after a 410. */
  | { readonly kind: 'enabled_again'; readonly reason: string }
  /** Somebody made it inactive on the server: nothing new is kept for it. */
  | { readonly kind: 'inactive' }
  /** Ctrl-C came, and something is not ended yet. */
  | { readonly kind: 'ending' }

export type Report = (news: ListenNews) => void

export function waitingText(waiting: Waiting | null): string {
  if (waiting === null) return '? waiting'
  return `${waiting.count}${waiting.isExact ? '' : '+'} waiting`
}
