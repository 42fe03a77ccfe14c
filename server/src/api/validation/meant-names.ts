// Owns the guess which name was meant by one that is not known: a slip of the keyboard, or another product's word.
// Must never guess a name that the place does not have.
import { distance } from 'fastest-levenshtein'

/** By the name that is known here: what other products call it, in small letters and without `_` and `-`. */
const WORDS_OF_OTHERS: Readonly<Record<string, readonly string[]>> = {
  eventKeys: ['events', 'eventtypes', 'filtertypes', 'enabledevents', 'subscriptions', 'topics', 'types'],
  eventKey: ['event', 'eventtype', 'topic', 'type'],
  type: ['event', 'eventtype', 'eventname', 'eventkey', 'topic', 'kind'],
  data: ['payload', 'body', 'attributes', 'object'],
  id: ['eventid', 'messageid', 'idempotencykey'],
  createdAt: ['timestamp', 'created', 'time', 'occurredat'],
  url: ['endpoint', 'targeturl', 'callbackurl', 'webhookurl', 'uri', 'destination', 'target'],
  description: ['name', 'title', 'label'],
  isActive: ['active', 'enabled', 'isenabled', 'disabled', 'status'],
  secret: ['signingsecret', 'signingkey', 'whsec'],
  rateLimitPerSecond: ['ratelimit', 'throttlerate'],
  retrySchedule: ['retries', 'retrypolicy', 'retryconfig'],
  after: ['page', 'cursor', 'startingafter', 'iterator', 'next', 'offset'],
  page: ['after', 'cursor', 'offset', 'skip'],
  limit: ['perpage', 'pagesize', 'size', 'count', 'take'],
  since: ['from', 'start', 'startdate'],
  until: ['to', 'end', 'enddate'],
}
/** Slips in a name of so many characters. */
const CHARACTERS_PER_SLIP = 4
const NAME_LENGTH_MAX = 64

/** The one of the names that are known in a place that was probably meant. */
export function meantName(name: string, known: readonly string[]): string | undefined {
  if (name.length > NAME_LENGTH_MAX) return undefined
  const plain = plainName(name)
  const slips = Math.floor(plain.length / CHARACTERS_PER_SLIP)
  return (
    known.find((one) => plainName(one) === plain) ??
    known.find((one) => Object.hasOwn(WORDS_OF_OTHERS, one) && WORDS_OF_OTHERS[one]?.includes(plain)) ??
    known.find((one) => distance(plainName(one), plain) <= slips)
  )
}

function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[_-]/g, '')
}
