// Owns what holds for a publish request in every backend: to how many deliveries it may lead, which event that comes under an id again is
// the same one (its type and its `data` are, CONTRACT §2, Event), and that no call is advanced without its events. Pure.
import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import { parseJson } from '../../platform/json/parse-json.ts'
import type { AcceptRequest, AcceptResult, NewEvent } from '../interface/hot-storage.ts'

/** A commit cannot be interrupted, and everybody else's events wait for it: so many take 0.2 s (docs/performance.md). */
export const REQUEST_DELIVERIES_MAX = 10_000

/**
 * How many deliveries a request leads to, if one request may not; undefined: it may. An event that comes alone always may: how
 * many webhooks a workspace has is bounded by a setting.
 * @param deliveriesOf to how many webhooks an event goes
 */
export function tooManyDeliveries<Event>(
  events: readonly Event[],
  deliveriesOf: (event: Event) => number,
): number | undefined {
  if (events.length < 2) return undefined
  let deliveries = 0
  for (const event of events) deliveries += deliveriesOf(event)
  return deliveries > REQUEST_DELIVERIES_MAX ? deliveries : undefined
}

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

/** Undoes the transaction when the call is written and its events are not: their ids are the service's own, so that it is a bug. */
export function refuseHalf({ advance }: AcceptRequest, { kind }: AcceptResult): void {
  assert(advance === undefined || kind === 'accepted', `the events of a call were not accepted with it: ${kind}`)
}
