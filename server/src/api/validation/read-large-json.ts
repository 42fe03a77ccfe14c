// Owns reading the JSON of a large batch an event at a time, so that it stalls nobody: V8 alone takes 0.4 s for 8 MiB of `[],[],…`.
// Must never accept what is not JSON as a whole: what is left when the events are taken out of it is read as well.
import { Refusal } from '@timbre/contract/errors.ts'
import { EVENT_BATCH_SIZE_MAX, EVENT_BODY_BYTES_MAX } from '@timbre/contract/event.ts'
import type { EventLoop } from '../../platform/event-loop.ts'
import type { Span } from '../../platform/json/json-text.ts'
import { stringEnd } from '../../platform/json/json-text.ts'
import { readJsonText } from './json-value.ts'

/** Of one event with what is beside its `data`, and of everything that is no event. */
const PART_LENGTH_MAX = EVENT_BODY_BYTES_MAX + 8192
/** So much is read in one tick, or one event. */
const TURN_LENGTH = 128 * 1024

/**
 * The value of a text that has nearly all of its length in the items of its member `events`. Throws as `readJsonText`, and BODY_TOO_LARGE.
 * @param text need not be JSON
 */
export async function readInParts(text: string, loop: Pick<EventLoop, 'afterTick'>): Promise<unknown> {
  const items: unknown[] = []
  let rest = ''
  let restStart = 0
  let turnStart = 0
  for (const { start, end } of eventSpans(text)) {
    const path = `/events/${items.length}`
    if (end - start > PART_LENGTH_MAX)
      throw new Refusal('BODY_TOO_LARGE', { limitBytes: EVENT_BODY_BYTES_MAX, index: items.length, path })
    if (end - turnStart > TURN_LENGTH) {
      await loop.afterTick()
      turnStart = start
    }
    items.push(readJsonText(text.slice(start, end), { pointer: path, depth: 2 }))
    rest += `${text.slice(restStart, start)}null`
    restStart = end
  }
  rest += text.slice(restStart)
  if (rest.length > PART_LENGTH_MAX) throw new Refusal('BODY_TOO_LARGE', { limitBytes: EVENT_BODY_BYTES_MAX })
  return withItems(readJsonText(rest), items)
}

/** What was read without its first events has as many `null` in their place. */
function withItems(body: unknown, items: readonly unknown[]): unknown {
  if (items.length === 0) return body
  const { events } = body as { readonly events: readonly unknown[] } // where there are items, it is JSON with this array
  return { ...(body as object), events: [...items, ...events.slice(items.length)] }
}

const NAME = /^\s*"events"\s*:\s*$/
const NAME_LENGTH_MAX = 100

/** Where the items of the array `events` stand, as many as a batch may have. In a text that is not JSON one of them, or what is left, is none. */
function* eventSpans(text: string): Generator<Span> {
  let start = eventsStart(text)
  if (start === undefined) return
  let depth = 0
  let count = 0
  for (let index = start; index < text.length && count < EVENT_BATCH_SIZE_MAX; index++) {
    const code = text.charCodeAt(index)
    if (code === 0x22) index = stringEnd(text, index) - 1
    else if (opens(code)) depth++
    else if (closes(code)) {
      if (--depth >= 0) continue
      // Nothing behind a comma is an item, which is not JSON; nothing at all is an empty array.
      if (count > 0 || text.slice(start, index).trim() !== '') yield { start, end: index }
      return
    } else if (code === 0x2c && depth === 0) {
      yield { start, end: index }
      count++
      start = index + 1
    }
  }
}

/** The index behind the bracket that opens the first member of this name; a second one is refused for its name. */
function eventsStart(text: string): number | undefined {
  let depth = 0
  let memberStart = 0
  // Further on, what is before it would be too much.
  for (let index = 0; index < Math.min(text.length, PART_LENGTH_MAX); index++) {
    const code = text.charCodeAt(index)
    if (code === 0x22) index = stringEnd(text, index) - 1
    else if (opens(code)) {
      const isNamed = depth === 1 && code === 0x5b && index - memberStart < NAME_LENGTH_MAX
      if (isNamed && NAME.test(text.slice(memberStart, index))) return index + 1
      if (++depth === 1) memberStart = index + 1
    } else if (closes(code)) depth--
    else if (code === 0x2c && depth === 1) memberStart = index + 1
  }
  return undefined
}

function opens(code: number): boolean {
  return code === 0x5b || code === 0x7b
}

function closes(code: number): boolean {
  return code === 0x5d || code === 0x7d
}
