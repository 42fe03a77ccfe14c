// Owns reading the file of `timbre apply`. Every error says the line.
import { type Document, isMap, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import { CommandError } from '../../frame/command-failure.ts'
import { nearest } from '../../frame/nearest.ts'
import {
  EVENT_TYPE_FIELDS,
  type Wanted,
  type WantedEventType,
  type WantedWebhook,
  WEBHOOK_FIELDS,
} from './configuration.ts'

type Json = Readonly<Record<string, unknown>>

const TOP = ['webhooks', 'eventTypes']
const WEBHOOK_KEYS = ['id', 'name', 'kind', 'url', 'events', ...WEBHOOK_FIELDS]
const EVENT_TYPE_KEYS = ['key', ...EVENT_TYPE_FIELDS]
const NAME = /^[\w.-]{1,60}$/

/** What other tools call it, or the API. */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  eventKeys: 'events',
  subscriptions: 'events',
  agent: 'agentId',
  active: 'isActive',
}

export class ConfigurationFile {
  readonly #name: string
  readonly #document: Document
  readonly #lines = new LineCounter()

  /** @throws CommandError when it is no YAML (JSON is) */
  constructor(name: string, text: string) {
    this.#name = name
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false, uniqueKeys: true })
    const [error] = this.#document.errors
    if (error !== undefined)
      throw new CommandError(`${name}:${this.#lines.linePos(error.pos[0]).line}: ${error.message}`)
  }

  wanted(): Wanted {
    const content = this.#object('', this.#document.toJS({ maxAliasCount: 100 }) ?? {}, TOP)
    return {
      webhooks: this.#list('/webhooks', content['webhooks']).map((item, index) =>
        this.#webhook(`/webhooks/${index}`, item),
      ),
      eventTypes: this.#list('/eventTypes', content['eventTypes']).map((item, index) =>
        this.#eventType(`/eventTypes/${index}`, item),
      ),
    }
  }

  /** An error at a place: `webhooks.yaml:12: …`. Where the place itself is not in the file, the nearest around it counts. */
  error(path: string, message: string): CommandError {
    return new CommandError(`${this.#name}:${this.#lineOf(path)}: ${message}`)
  }

  #webhook(path: string, item: unknown): WantedWebhook {
    const { id, name, kind, url, events, ...rest } = this.#object(path, item, WEBHOOK_KEYS)
    for (const [key, value] of Object.entries({ id, name, url }))
      if (value !== undefined && typeof value !== 'string') throw this.error(`${path}/${key}`, `${key} must be a text.`)
    if (id === undefined && name === undefined && url === undefined)
      throw this.error(path, 'This webhook has no url. Give its url, and a name if the url may change.')
    if (kind !== undefined && kind !== 'push' && kind !== 'pull')
      throw this.error(`${path}/kind`, 'A kind is push or pull.')
    if (name !== undefined && !NAME.test(String(name)))
      throw this.error(`${path}/name`, 'A name has 1 to 60 letters, digits, dots, - and _.')
    return {
      path,
      ...(id === undefined ? {} : { id: String(id) }),
      ...(name === undefined ? {} : { name: String(name) }),
      ...(kind === undefined ? {} : { kind }),
      ...(url === undefined ? {} : { url: String(url) }),
      ...(events === undefined ? {} : { events: this.#texts(`${path}/events`, events) }),
      fields: rest,
    }
  }

  #eventType(path: string, item: unknown): WantedEventType {
    const { key, ...fields } = this.#object(path, item, EVENT_TYPE_KEYS)
    if (typeof key !== 'string') throw this.error(path, 'This event type has no key, such as order.paid.')
    return { path, key, fields }
  }

  #object(path: string, value: unknown, known: readonly string[]): Json {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw this.error(path, `Here must be ${path === '' ? 'webhooks: and eventTypes:' : 'names and values'}.`)
    for (const key of Object.keys(value))
      if (!known.includes(key)) {
        const meant = OTHER_WORDS[key] ?? nearest(key, known)
        const hint = meant !== undefined && known.includes(meant) ? ` Did you mean ${meant}?` : ''
        throw this.error(`${path}/${key}`, `There is no ${key} here.${hint} There is ${known.join(', ')}.`)
      }
    return value as Json
  }

  #list(path: string, value: unknown): readonly unknown[] {
    if (value === undefined || value === null) return []
    if (!Array.isArray(value)) throw this.error(path, 'Here must be a list: each item begins with "- ".')
    return value
  }

  #texts(path: string, value: unknown): readonly string[] {
    const items = this.#list(path, value)
    const wrong = items.findIndex((item, index) => typeof item !== 'string' || items.indexOf(item) !== index)
    if (wrong >= 0) throw this.error(`${path}/${wrong}`, 'Here must be event types, each once.')
    return items as readonly string[]
  }

  #lineOf(path: string): number {
    let node: unknown = this.#document.contents
    let range = this.#document.contents?.range
    for (const step of path.split('/').slice(1)) {
      if (isSeq(node)) node = node.items[Number(step)]
      else if (isMap(node)) {
        const pair = node.items.find(({ key }) => String(key) === step)
        // The line of the key, not that of a value which may be further down.
        range = (pair?.key as Node | undefined)?.range ?? range
        node = pair?.value
        continue
      } else break
      range = (node as Node | undefined)?.range ?? range
    }
    return this.#lines.linePos(range?.[0] ?? 0).line
  }
}
