// Owns the body of an event in memory: one for all deliveries of the event, with its text while one of them needs that.
// Must never be counted twice: the text is one, however many deliveries share it.
import type { ClaimedDelivery } from '../storage/storage.ts'

export interface EventBody {
  /** The exact envelope that is signed and sent; undefined: nobody keeps it, and who sends it reads it first. */
  text: string | undefined
  /** What it takes: characters of the text, or its bytes as the store tells them. */
  readonly size: number
  /** It was erased. */
  isGone: boolean
  /** How many deliveries that wait keep the text, and how many in flight use it. */
  keepers: number
  users: number
}

/** @param size absent: the length of the text */
export function eventBody(text: string | null, size: number = text?.length ?? 0): EventBody {
  return { text: text ?? undefined, size, isGone: false, keepers: 0, users: 0 }
}

/** The bodies of what was claimed together, each event's once. */
export function claimedBodies(claimed: readonly ClaimedDelivery[]): readonly EventBody[] {
  const known = new Map<string, EventBody>()
  return claimed.map(({ workspaceId, eventId, body, bodyBytes }) => {
    const key = `${workspaceId} ${eventId}`
    const shared = known.get(key) ?? eventBody(body, bodyBytes)
    known.set(key, shared)
    return shared
  })
}
