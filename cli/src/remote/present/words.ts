// Owns how states and ids look to people: one colour and one word for each, everywhere.
import type { Attempt, AttemptOutcome, DeliveryStatus, SkipReason } from '@getsupervisor/agents-studio-sdk'
import { formatId, type IdNoun } from '@timbre/contract/ids.ts'
import { colours } from '../../frame/colours.ts'
import type { Cell } from '../../frame/text-table.ts'

const STATUS: Readonly<Record<DeliveryStatus, (text: string) => string>> = {
  queued: colours.yellow,
  sending: colours.cyan,
  success: colours.green,
  failed: colours.red,
}

/** Short enough for a column; the sentence with what to do is in `error`. */
const OUTCOMES: Readonly<Record<Exclude<AttemptOutcome, 'answered'>, string>> = {
  timed_out: 'no response in time',
  connection_refused: 'connection refused',
  connection_reset: 'connection reset',
  connection_failed: 'no connection',
  dns_failed: 'host name not resolved',
  tls_failed: 'TLS failed',
  blocked_address: 'address not allowed',
  invalid_response: 'not HTTP',
  invalid_target: 'URL cannot be used',
}

const SKIPPED: Readonly<Record<SkipReason, string>> = {
  no_subscription: 'does not subscribe to this type',
  subscription_inactive: 'its subscription is not active',
  webhook_inactive: 'is not active',
  other_agent: 'is for another agent',
}

export function statusCell(status: DeliveryStatus): Cell {
  return { text: status, style: STATUS[status] }
}

/** `HTTP 500`, or what happened instead of a response. */
export function outcomeCell({ outcome, responseStatus }: Attempt): Cell {
  if (outcome !== 'answered') return { text: OUTCOMES[outcome], style: colours.red }
  const isSuccess = responseStatus !== null && responseStatus >= 200 && responseStatus < 300
  return { text: `HTTP ${responseStatus}`, style: isSuccess ? colours.green : colours.red }
}

export function skipText(reason: SkipReason): string {
  return SKIPPED[reason]
}

export function activeCell(isActive: boolean, disabledReason: string | null = null): Cell {
  if (isActive) return { text: 'active', style: colours.green }
  return { text: disabledReason === null ? 'inactive' : `disabled: ${disabledReason}`, style: colours.red }
}

/** The prefixed form, which says what it is of; every command takes it. */
export function idText(noun: IdNoun, id: string): string {
  return /^[0-9a-f-]{36}$/.test(id) ? formatId(noun, id) : id
}

/** Both forms, where one thing is shown. */
export function bothIds(noun: IdNoun, id: string): string {
  const text = idText(noun, id)
  return text === id ? id : `${text} (${id})`
}
