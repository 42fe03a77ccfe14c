// Owns what each panel of the view says of the chosen exchange, as lines of a width. Pure.
import { diffLines } from 'diff'
import { durationText } from '../../../frame/times.ts'
import { curlText } from '../../../requests/curl-text.ts'
import { idText } from '../../present/words.ts'
import { type Exchange, isSuccess, statusOf } from '../exchange.ts'
import { repeatText } from '../report-lines.ts'
import { fitTo, wrapTo } from './cells.ts'
import { KEYS, MOVES } from './key-help.ts'
import { cutLine, type Line, line, type Span, type Tone } from './line.ts'
import { prettyJson } from './pretty-json.ts'
import { clockText } from './row.ts'
import { chosenOf, oneBefore, type PanelName, type ViewState } from './view-state.ts'

/** Of what is the same in both, beside what differs. */
const CONTEXT = 3
const FIELD_WIDTH = 11
/** Events go on being forwarded, and cannot meanwhile. */
const COMPARE_MS_MAX = 300

export const PANEL_TITLES: Readonly<Record<PanelName, string>> = {
  detail: 'request and response',
  compare: 'compared with the one before',
  curl: 'as a curl command',
  verify: 'does it verify?',
  help: 'keys',
}

/** Of a body of 256 KiB the lines are thousands: they are made once, and not for each frame. */
let made: { readonly from: readonly unknown[]; readonly lines: readonly Line[] } | undefined

export function panelLines(state: ViewState, panel: PanelName, width: number): readonly Line[] {
  const exchange = chosenOf(state)
  const before = exchange && oneBefore(state, exchange)
  const from = [panel, width, exchange, before, state.verdict, state.start]
  if (made === undefined || from.some((part, at) => part !== made?.from[at]))
    made = { from, lines: newLines(state, panel, width) }
  return made.lines
}

function newLines(state: ViewState, panel: PanelName, width: number): readonly Line[] {
  if (panel === 'help') return helpLines(state, width)
  const exchange = chosenOf(state)
  if (exchange === undefined) return []
  switch (panel) {
    case 'detail':
      return detailLines(exchange, width)
    case 'compare':
      return compareLines(exchange, oneBefore(state, exchange), width)
    case 'curl':
      return plain(curlText(String(state.start.forwardTo), exchange), width)
    case 'verify':
      return verdictLines(state, exchange, width)
  }
}

function detailLines(exchange: Exchange, width: number): Line[] {
  const { type, eventId, deliveryId, callId, forwardedAt, durationMs, response, error, headers, body, origin } =
    exchange
  const tone = isSuccess(exchange) ? 'green' : 'red'
  const repeat = repeatText(exchange)
  const delivery = origin === 'edited' ? 'none: edited and sent from here' : idText('delivery', deliveryId)
  return [
    line({ text: type, isBold: true }, ...(repeat === '' ? [] : [{ text: `  ${repeat}`, tone: 'yellow' as const }])),
    ...field('event', eventId, width),
    ...field('delivery', delivery, width),
    ...(callId === null ? [] : field('call', callId, width)),
    ...field('forwarded', `at ${clockText(forwardedAt)}, took ${durationText(durationMs)}`, width),
    line(),
    line({ text: `Response  ${statusOf(exchange)}`, isBold: true, tone }),
    ...(error === null ? [] : plain(error, width, { tone: 'red' })),
    ...(response === null || response.body === '' ? [] : plain(prettyJson(response.body), width)),
    line(),
    line({ text: 'Request', isBold: true }),
    ...plain(prettyJson(body), width),
    line(),
    line({ text: 'Headers of the request', isBold: true }),
    ...headerLines(headers, width),
    ...(response === null ? [] : [line(), line({ text: 'Headers of the response', isBold: true })]),
    ...(response === null ? [] : headerLines(response.headers, width)),
  ]
}

function field(name: string, text: string, width: number): Line[] {
  const [first = '', ...rest] = wrapTo(text, width - FIELD_WIDTH)
  return [
    line({ text: fitTo(name, FIELD_WIDTH), isDim: true }, first),
    ...rest.map((more) => line(' '.repeat(FIELD_WIDTH), more)),
  ]
}

function headerLines(headers: Readonly<Record<string, string>>, width: number): Line[] {
  return Object.entries(headers).flatMap(([name, value]) => plain(`${name}: ${value}`, width, { isDim: true }))
}

function plain(text: string, width: number, style: Omit<Span, 'text'> = {}): Line[] {
  return wrapTo(text, width).map((one) => line({ text: one, ...style }))
}

function compareLines(exchange: Exchange, before: Exchange | undefined, width: number): Line[] {
  if (before === undefined) return plain(`There is no other ${exchange.type} before this one.`, width)
  const texts = [`${prettyJson(before.body)}\n`, `${prettyJson(exchange.body)}\n`] as const
  const parts = diffLines(...texts, { timeout: COMPARE_MS_MAX })
  const head = [
    line({ text: '- ', tone: 'red' }, `${before.eventId}  ${clockText(before.forwardedAt)}`),
    line({ text: '+ ', tone: 'green' }, `${exchange.eventId}  ${clockText(exchange.forwardedAt)}`),
    line(),
  ].map((one) => cutLine(one, width))
  if (parts === undefined) return [...head, ...plain('They differ in too much to be compared.', width)]
  if (parts.every(({ added, removed }) => !added && !removed))
    return [...head, ...plain('The bodies are the same.', width)]
  return [...head, ...parts.flatMap((part, nth) => partLines(part, nth, parts.length, width))]
}

interface Part {
  readonly value: string
  readonly added: boolean
  readonly removed: boolean
}

function partLines({ value, added, removed }: Part, nth: number, count: number, width: number): Line[] {
  const lines = value.replace(/\n$/, '').split('\n')
  const marked = (texts: readonly string[], sign: string, tone?: Tone) =>
    texts.flatMap((text) => wrapTo(text, width - 2).map((one) => line({ text: `${sign} ${one}`, tone })))
  if (added) return marked(lines, '+', 'green')
  if (removed) return marked(lines, '-', 'red')
  const after = nth === 0 ? [] : lines.slice(0, CONTEXT)
  const before = nth === count - 1 ? [] : lines.slice(Math.max(lines.length - CONTEXT, after.length))
  const left = lines.length - after.length - before.length
  const gap = left === 0 ? [] : [line({ text: `  … ${left} lines are the same`, isDim: true })]
  return [...marked(after, ' '), ...gap, ...marked(before, ' ')]
}

function verdictLines({ verdict }: ViewState, { nth }: Exchange, width: number): Line[] {
  if (verdict === null || verdict.nth !== nth) return [line('Asking for the secret …')]
  return verdict.lines.flatMap((text, at) => plain(text, width, at === 0 ? { isBold: true } : {}))
}

function helpLines({ start: { secret } }: ViewState, width: number): Line[] {
  const rows = [...KEYS, ...MOVES].map(({ key, says }) => [key, says] as const)
  const keys = rows.flatMap(([key, says]) => {
    const [first = '', ...rest] = wrapWords(says, width - FIELD_WIDTH)
    return [
      line({ text: fitTo(key, FIELD_WIDTH), tone: 'cyan' }, first),
      ...rest.map((more) => line(' '.repeat(FIELD_WIDTH), more)),
    ]
  })
  return secret === null ? keys : [...keys, line(), ...field('secret', secret, width)]
}

/** Broken between words, where they are ours. */
function wrapWords(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
