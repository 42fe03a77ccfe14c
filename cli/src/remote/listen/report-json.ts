// Owns what `timbre listen --json` prints: one JSON value for each thing that happens, `kind` first.
import type { Output } from '../../frame/output.ts'
import { statusOf } from './exchange.ts'
import { type ListenNews, type Report, type Waiting, waitingText } from './listen-news.ts'

export function jsonReport(out: Output): Report {
  let waiting: Waiting | null = null
  return (news) => {
    const before = waitingText(waiting)
    if ('waiting' in news) waiting = news.waiting
    // A heartbeat that says the same is none.
    if (news.kind === 'waiting' && waitingText(waiting) === before) return
    out.json(jsonOf(news, waiting))
  }
}

function jsonOf(news: ListenNews, waiting: Waiting | null): object {
  switch (news.kind) {
    case 'forwarded': {
      const { exchange } = news
      const { eventId, type, callId, deliveryId, attempt, isRepeat, durationMs, response, error } = exchange
      const what = { kind: news.kind, eventId, type, callId, deliveryId, attempt, isRepeat }
      return { ...what, status: statusOf(exchange), durationMs, body: response?.body ?? null, error }
    }
    case 'listening': {
      const { secret, forwardTo, ...start } = news
      return { ...start, forwardTo: String(forwardTo), ...(secret === null ? {} : { secret }) }
    }
    case 'server_away':
    case 'receiver_away':
      return { ...news, waiting }
    default:
      return news
  }
}
