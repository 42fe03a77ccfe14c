// Owns what a text that somebody pasted may be. Pure.
// Each kind is asked for where the text can be an id of it, so that whatever is pasted leads to the very thing.

export const KINDS = ['delivery', 'event', 'webhook', 'call', 'number'] as const
export type Kind = (typeof KINDS)[number]

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const PREFIXES: readonly (readonly [prefix: string, kind: Kind])[] = [
  ['dlv_', 'delivery'],
  ['evt_', 'event'],
  ['wh_', 'webhook'],
]
const LENGTH_MAX = 256
const LENGTH_MIN = 3

/** The kinds of thing that the text can name, the likeliest first. */
export function lookups(text: string): readonly Kind[] {
  const id = text.trim()
  if (id.length < LENGTH_MIN || id.length > LENGTH_MAX) return []
  const prefixed = PREFIXES.find(([prefix]) => id.startsWith(prefix))
  if (prefixed !== undefined) return [prefixed[1]]
  if (UUID.test(id)) return ['delivery', 'webhook', 'call']
  if (/^\+?[\d ()-]{6,}$/.test(id)) return ['number', 'call']
  return /\s/.test(id) ? [] : ['call']
}
