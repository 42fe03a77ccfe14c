// Owns what `timbre listen` prints where there is no terminal to draw on: a line for each thing that happens.
import { colours } from '../../frame/colours.ts'
import { brief, type Output } from '../../frame/output.ts'
import { durationText } from '../../frame/times.ts'
import { idText } from '../present/words.ts'
import { type Exchange, isSuccess, statusOf } from './exchange.ts'
import { type ListenNews, type ListenStart, type Report, type Waiting, waitingText } from './listen-news.ts'

export function lineReport(out: Output): Report {
  const lines = new ReportLines(out)
  return (news) => lines.tell(news)
}

class ReportLines {
  readonly #out: Output
  #start: ListenStart | undefined
  #waiting: Waiting | null = null
  #isReceiverAway = false
  #skipped = 0

  constructor(out: Output) {
    this.#out = out
  }

  tell(news: ListenNews): void {
    if (news.kind === 'listening') {
      this.#start = news
      this.#waiting = news.waiting
    }
    if (news.kind === 'skipped') this.#skipped++
    else this.#endOfSkipped()
    const line = this.#lineOf(news)
    if (line !== undefined) this.#out.say(line)
    if (news.kind === 'receiver_away') this.#isReceiverAway = true
    if (news.kind === 'receiver_back') this.#isReceiverAway = false
  }

  #lineOf(news: ListenNews): string | undefined {
    const { server = '', forwardTo } = this.#start ?? {}
    switch (news.kind) {
      case 'listening':
        return greeting(news)
      case 'forwarded':
        return exchangeLine(news.exchange)
      case 'waiting':
        return this.#waitingLine(news.waiting)
      case 'server_away':
        return colours.yellow(
          `${server} cannot be reached: reconnecting, ${waitingText(this.#waiting)} when it was heard last. What comes meanwhile is kept there.`,
        )
      case 'server_back':
        return colours.green(`Connected to ${server} again.`)
      case 'receiver_away':
        return colours.yellow(
          `Nothing listens at ${forwardTo?.host}: reconnecting, ${waitingText(this.#waiting)}. ${receiverAdvice(news.otherPorts)}`,
        )
      case 'receiver_back':
        return colours.green(`${forwardTo?.host} listens again.`)
      case 'enabled_again':
        return colours.yellow(enabledText(news.reason))
      case 'inactive':
        return colours.yellow(INACTIVE_TEXT)
      case 'ending':
        return ENDING_TEXT
      case 'skipped':
        return undefined
    }
  }

  /** Only while somebody waits for it, and when it has changed. */
  #waitingLine(waiting: Waiting): string | undefined {
    const before = waitingText(this.#waiting)
    this.#waiting = waiting
    const text = waitingText(waiting)
    return this.#isReceiverAway && text !== before
      ? colours.yellow(`${this.#start?.forwardTo.host}: reconnecting, ${text}`)
      : undefined
  }

  #endOfSkipped(): void {
    if (this.#skipped > 0) this.#out.say(colours.dim(`Skipped ${this.#skipped} that came before.`))
    this.#skipped = 0
  }
}

export const INACTIVE_TEXT = 'The webhook was made inactive on the server: nothing new is kept for it.'
export const ENDING_TEXT =
  'Finishing what was begun, and telling the server. Ctrl-C again ends at once: then it comes again, marked as a repeat.'

export function enabledText(reason: string): string {
  return `The server had disabled the webhook (${reason}), as it would in production. It is active again, because this is a listener.`
}

export function receiverAdvice(otherPorts: readonly string[]): string {
  const others = otherPorts.length === 0 ? '' : ` These ports listen: ${otherPorts.join(', ')}.`
  return `Start the receiver; events wait until then.${others}`
}

/** What marks an exchange whose event the receiver may have had before. */
export function repeatText({ attempt, isRepeat }: Exchange): string {
  if (!isRepeat) return ''
  return attempt > 1 ? `again, attempt ${attempt}` : 'again'
}

function greeting(start: ListenStart): string {
  const { name, webhookId, forwardTo, isFoundByPort, isNew, waiting, wasInactive, secret, eventTypes } = start
  const where = isFoundByPort ? `${forwardTo} (all that listens here; --forward-to names another)` : String(forwardTo)
  const what = `${colours.green('Listening')} as ${name} (${idText('webhook', webhookId)}), forwarding to ${where}`
  return [
    `${what}${isNew ? '' : `; ${waitingText(waiting)}`}. Ctrl-C ends it.`,
    colours.dim(`events  ${eventTypes.join(', ')}`),
    ...(wasInactive ? [colours.yellow('It was inactive on the server, and is active again.')] : []),
    ...(secret === null ? [] : [`secret  ${secret}`]),
  ].join('\n')
}

function exchangeLine(exchange: Exchange): string {
  const { type, eventId, deliveryId, durationMs, error } = exchange
  const status = (isSuccess(exchange) ? colours.green : colours.red)(String(statusOf(exchange)))
  const parts = [status, type, eventId, idText('delivery', deliveryId), durationText(durationMs)]
  const repeat = repeatText(exchange)
  if (repeat !== '') parts.push(colours.yellow(repeat))
  if (error !== null) parts.push(brief(error))
  return parts.join('  ')
}
