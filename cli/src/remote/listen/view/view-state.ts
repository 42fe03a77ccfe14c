// Owns the state of the interactive view of `timbre listen`: what it knows, and what each piece of news makes of it. Pure.
import { durationText } from '../../../frame/times.ts'
import { type Exchange, isSuccess, statusOf } from '../exchange.ts'
import { type ListenNews, type ListenStart, type Waiting, waitingText } from '../listen-news.ts'
import { ENDING_TEXT, enabledText, INACTIVE_TEXT, receiverAdvice, repeatText } from '../report-lines.ts'
import type { Tone } from './line.ts'

export const PANELS = ['detail', 'compare', 'curl', 'verify', 'help'] as const
export type PanelName = (typeof PANELS)[number]

export interface ViewState {
  readonly start: ListenStart
  readonly columns: number
  readonly rows: number
  /** Oldest first; no more than `bounded` leaves. */
  readonly exchanges: readonly Exchange[]
  readonly counts: { readonly forwarded: number; readonly failed: number; readonly skipped: number }
  /** Number of the chosen one; null: always the newest. */
  readonly chosen: number | null
  readonly filter: string
  readonly isTyping: boolean
  readonly panel: PanelName | null
  /** Lines of the panel that are above its window. */
  readonly scroll: number
  /** What `verify` found, of which exchange. */
  readonly verdict: { readonly nth: number; readonly lines: readonly string[] } | null
  readonly isServerAway: boolean
  readonly isReceiverAway: boolean
  readonly isEnding: boolean
  readonly waiting: Waiting | null
  readonly notice: { readonly text: string; readonly tone: Tone } | null
}

/** As many as a person looks through. */
const EXCHANGES_MAX = 500
/** Of the bodies of all of them, in UTF-16 units: 16 MiB of memory. */
const BODY_UNITS_MAX = 8 * 1024 * 1024

export function firstState(start: ListenStart, size: { readonly columns: number; readonly rows: number }): ViewState {
  return {
    start,
    ...size,
    exchanges: [],
    counts: { forwarded: 0, failed: 0, skipped: 0 },
    chosen: null,
    filter: '',
    isTyping: false,
    panel: null,
    scroll: 0,
    verdict: null,
    isServerAway: false,
    isReceiverAway: false,
    isEnding: false,
    waiting: start.waiting,
    notice: firstNotice(start),
  }
}

function firstNotice({ wasInactive, isFoundByPort, forwardTo, secret }: ListenStart): ViewState['notice'] {
  // The page of help has it too.
  if (secret !== null) return { text: `secret ${secret}`, tone: 'cyan' }
  if (wasInactive) return { text: 'It was inactive on the server, and is active again.', tone: 'yellow' }
  if (isFoundByPort)
    return { text: `${forwardTo.host} is all that listens here; --forward-to names another.`, tone: 'yellow' }
  return null
}

export function withNews(state: ViewState, news: ListenNews): ViewState {
  const { counts } = state
  switch (news.kind) {
    case 'listening':
      return state
    case 'forwarded':
      return withExchange(state, news.exchange)
    case 'skipped':
      return { ...state, counts: { ...counts, skipped: counts.skipped + 1 } }
    case 'waiting':
      return { ...state, waiting: news.waiting }
    case 'server_away':
      return { ...state, isServerAway: true }
    case 'server_back':
      return told({ ...state, isServerAway: false }, `Connected to ${state.start.server} again.`, 'green')
    case 'receiver_away':
      return told({ ...state, isReceiverAway: true }, receiverAdvice(news.otherPorts), 'yellow')
    case 'receiver_back':
      return told({ ...state, isReceiverAway: false }, `${state.start.forwardTo.host} listens again.`, 'green')
    case 'enabled_again':
      return told(state, enabledText(news.reason), 'yellow')
    case 'inactive':
      return told(state, INACTIVE_TEXT, 'yellow')
    case 'ending':
      return told({ ...state, isEnding: true }, ENDING_TEXT, 'yellow')
  }
}

export function told(state: ViewState, text: string, tone: Tone): ViewState {
  return { ...state, notice: { text, tone } }
}

function withExchange(state: ViewState, exchange: Exchange): ViewState {
  const { counts, waiting } = state
  const isDelivery = exchange.origin === 'delivery'
  const left = waiting === null || !isDelivery ? waiting : { ...waiting, count: Math.max(waiting.count - 1, 0) }
  return {
    ...state,
    exchanges: bounded([...state.exchanges, exchange]),
    counts: {
      ...counts,
      forwarded: counts.forwarded + 1,
      failed: counts.failed + (isSuccess(exchange) ? 0 : 1),
    },
    waiting: left,
  }
}

/** The last ones, as many as memory is spent on; the newest is always among them. */
export function bounded(exchanges: readonly Exchange[]): readonly Exchange[] {
  let units = 0
  let from = exchanges.length
  while (from > 0 && exchanges.length - from < EXCHANGES_MAX) {
    const { body, response } = exchanges[from - 1] as Exchange // the loop stays inside
    units += body.length + (response?.body.length ?? 0)
    if (units > BODY_UNITS_MAX && from < exchanges.length) break
    from--
  }
  return exchanges.slice(from)
}

/** Those that the filter leaves: each of its words must be somewhere in what a row says of one. */
export function filtered({ exchanges, filter }: ViewState): readonly Exchange[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean)
  return words.length === 0 ? exchanges : exchanges.filter((one) => words.every((word) => saysOf(one).includes(word)))
}

/** `5xx`, `failed` and `again` are words too. */
function saysOf(exchange: Exchange): string {
  const { type, eventId, deliveryId, callId, durationMs, error, origin } = exchange
  const status = statusOf(exchange)
  const kind = `${Math.floor(status / 100)}xx ${isSuccess(exchange) ? 'ok' : 'failed'} ${repeatText(exchange)}`
  const ids = `${type} ${eventId} ${deliveryId} ${callId ?? ''}`
  return `${status} ${kind} ${ids} ${durationText(durationMs)} ${error ?? ''} ${origin}`.toLowerCase()
}

/** The one that keys are about. */
export function chosenOf(state: ViewState): Exchange | undefined {
  const list = filtered(state)
  return list.findLast(({ nth }) => state.chosen === null || nth === state.chosen) ?? list.at(-1)
}

/** The one of the same type before it; the same event once more is no other. */
export function oneBefore({ exchanges }: ViewState, { nth, type, eventId }: Exchange): Exchange | undefined {
  return exchanges.findLast((one) => one.type === type && one.nth < nth && one.eventId !== eventId)
}

/** What waits for less than that comes before it is read. */
const NEXT_MS_MIN = 10_000

export function stateText({ isServerAway, isReceiverAway, isEnding, waiting, start, columns }: ViewState): {
  readonly text: string
  readonly tone: Tone
} {
  const count = waitingText(waiting)
  if (isEnding) return { text: '◌ ending', tone: 'yellow' }
  if (isServerAway) return { text: `◌ reconnecting, ${count}`, tone: 'yellow' }
  if (isReceiverAway) return { text: `◌ ${start.forwardTo.host} is away: reconnecting, ${count}`, tone: 'yellow' }
  if (waiting === null || waiting.count === 0) return { text: '● connected', tone: 'green' }
  const { nextInMs } = waiting
  const isSaid = nextInMs !== null && nextInMs > NEXT_MS_MIN && columns >= 60
  const next = isSaid ? `, next in ${durationText(nextInMs)}` : ''
  return { text: `● connected, ${count}${next}`, tone: 'green' }
}
