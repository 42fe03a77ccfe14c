// Owns whether an event that comes under an id again is the same one: its type and its `data` are (CONTRACT §2, Event). Pure.
import { isDeepStrictEqual } from 'node:util'
import { parseJson } from '../../platform/json/parse-json.ts'
import type { NewEvent } from '../interface/hot-storage.ts'

/** What a workspace has under an id. */
export interface StoredContent {
  readonly type: string
  /** null: it has more than `sameBodyBytesMax` of what came, and was not read. */
  readonly envelope: string | null
}

const DATA = ',"data":'
/** The rest of a number that a double cannot hold is lost when it is parsed. */
const LONG_NUMBER = /\d[\d.]{15,}/g

/** A stored envelope with more bytes than this is another: what is only white space in JSON may be that much more. */
export function sameEnvelopeBytesMax({ envelope }: Pick<NewEvent, 'envelope'>): number {
  return 2 * Buffer.byteLength(envelope) + 1024
}

/** Whether white space or the order of members is all that differs in `data`; when it is said to have happened may differ as well. */
export function isSameEvent(stored: StoredContent, event: Pick<NewEvent, 'type' | 'envelope'>): boolean {
  if (stored.type !== event.type || stored.envelope === null) return false
  const [before, now] = [dataOf(stored.envelope), dataOf(event.envelope)]
  if (before === now) return true
  return (
    isDeepStrictEqual(longNumbers(before), longNumbers(now)) && isDeepStrictEqual(parseJson(before), parseJson(now))
  )
}

/**
 * The place of the first event whose id another one has: of the same request, or of those that are stored; -1: there is none.
 * @param stored what the workspace has under the id of an event
 */
export function reusedPlace(
  events: readonly NewEvent[],
  stored: (event: NewEvent) => StoredContent | undefined,
): number {
  const own = new Map<string, StoredContent>()
  return events.findIndex((event) => {
    const before = own.get(event.id) ?? stored(event)
    if (before === undefined) own.set(event.id, event)
    return before !== undefined && !isSameEvent(before, event)
  })
}

/** Of the envelope: `data` is its last member, and what comes before has no quote in it that is not escaped. */
function dataOf(envelope: string): string {
  const at = envelope.indexOf(DATA)
  return at === -1 ? envelope : envelope.slice(at + DATA.length, -1)
}

function longNumbers(text: string): readonly string[] {
  return (text.match(LONG_NUMBER) ?? []).toSorted()
}
