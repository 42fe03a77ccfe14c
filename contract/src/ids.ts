// Owns the two spellings of an id: the UUID and the prefixed form of the seed's samples (`wh_01J8…`).
// Must never draw a random number or read a clock: new ids are made in the server's platform.

/** The prefix of each noun's id, as in the seed's samples (`wh_`, `sub_`, `evt_`) and in the same manner for the rest. */
export const ID_PREFIXES = {
  workspace: 'ws',
  agent: 'agt',
  webhook: 'wh',
  subscription: 'sub',
  eventType: 'ety',
  event: 'evt',
  delivery: 'dlv',
  attempt: 'att',
  replay: 'rpl',
  apiKey: 'key',
  portalSession: 'pts',
  testReceiver: 'trc',
  source: 'src',
  audit: 'aud',
} as const

export type IdNoun = keyof typeof ID_PREFIXES

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const CROCKFORD_128 = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/i
const EVENT_ID = /^evt_[0-9A-Za-z_-]{1,64}$/

/** JSON Schema pattern of an id as it may come in: a UUID in either case, or the prefix and 26 characters. */
export function idPattern(noun: IdNoun): string {
  const hex = '[0-9a-fA-F]'
  const uuid = `${hex}{8}-${hex}{4}-${hex}{4}-${hex}{4}-${hex}{12}`
  return `^(${uuid}|${ID_PREFIXES[noun]}_[0-7][0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{25})$`
}

/** JSON Schema pattern of an event id as it may come in: a UUID, or `evt_` and 1–64 letters, digits, `_` or `-`. */
export const EVENT_ID_PATTERN =
  '^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|evt_[0-9A-Za-z_-]{1,64})$'

/** Whether a text is an event id as it is always shown: `evt_` and 1–64 letters, digits, `_` or `-`. */
export function isShownEventId(text: string): boolean {
  return EVENT_ID.test(text)
}

/**
 * The lower-case UUID of an id in either spelling, or `undefined` when the text is no id of this noun.
 * @param text for example `3c90c3cc-0d44-4b50-8888-8dd25736052a` or `wh_1WJ31WR38M9D88H24DV4BKC1AA`
 */
export function parseId(noun: IdNoun, text: string): string | undefined {
  if (UUID.test(text)) return text.toLowerCase()
  const prefix = `${ID_PREFIXES[noun]}_`
  if (!text.startsWith(prefix)) return undefined
  const digits = text.slice(prefix.length)
  return CROCKFORD_128.test(digits) ? uuidFromCrockford(digits.toUpperCase()) : undefined
}

/** The prefixed spelling of a UUID: the prefix and the same 128 bits in 26 characters of Crockford base32. */
export function formatId(noun: IdNoun, uuid: string): string {
  return `${ID_PREFIXES[noun]}_${crockfordFromUuid(uuid)}`
}

/**
 * An event id as it is kept and always shown, which is prefixed (CONTRACT §1). A publisher may choose its own: a UUID becomes
 * `evt_` + 26 characters, and one that is prefixed is kept as it was written, in its case.
 */
export function parseEventId(text: string): string | undefined {
  if (UUID.test(text)) return formatId('event', text.toLowerCase())
  return EVENT_ID.test(text) ? text : undefined
}

// 128 bits are 26 digits of 5 bits, the first of which has 3. Taken 20 bits (5 hex digits, 4 base-32 digits) at a time, as
// numbers and into one call: every accepted event has its id formatted here, and texts cut and joined take twice as long.
function crockfordFromUuid(uuid: string): string {
  const first = (hexDigit(uuid, 0) << 4) | hexDigit(uuid, 1)
  digits[0] = fiveBits(first >> 5)
  digits[1] = fiveBits(first)
  for (let from = 2, to = 2; from < 32; from += 5, to += 4) {
    let bits = 0
    for (let index = from; index < from + 5; index++) bits = (bits << 4) | hexDigit(uuid, index)
    for (let index = to; index < to + 4; index++) digits[index] = fiveBits(bits >> (5 * (to + 3 - index)))
  }
  return String.fromCharCode.apply(null, digits)
}

/** Written over for each id. */
const digits = Array.from({ length: 26 }, () => 0)

function fiveBits(bits: number): number {
  return CROCKFORD.charCodeAt(bits & 31)
}

/** Where the 32 digits of a UUID stand between its hyphens. */
const PLACES = [...'xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx'].flatMap((sign, place) => (sign === 'x' ? [place] : []))

function hexDigit(uuid: string, index: number): number {
  const code = uuid.charCodeAt(PLACES[index] ?? 0)
  // '0' is 0x30, 'a' 0x61 and 'A' 0x41: the low four bits of a letter are 9 less than its value.
  return code <= 0x39 ? code & 15 : (code & 15) + 9
}

function uuidFromCrockford(digits: string): string {
  const value = (index: number) => CROCKFORD.indexOf(digits.charAt(index))
  let hex = ((value(0) << 5) | value(1)).toString(16).padStart(2, '0')
  for (let start = 2; start < 26; start += 4) {
    const bits = (value(start) << 15) | (value(start + 1) << 10) | (value(start + 2) << 5) | value(start + 3)
    hex += bits.toString(16).padStart(5, '0')
  }
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
