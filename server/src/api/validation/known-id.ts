// Owns the way from an id that the route's schema let through to the UUID that the store knows.
import assert from 'node:assert/strict'
import { type IdNoun, parseEventId, parseId } from '@timbre/contract/ids.ts'

/** The lower-case UUID of an id in either spelling. */
export function knownId(noun: IdNoun, text: string): string {
  const id = parseId(noun, text)
  assert(id !== undefined, 'the schema of the route lets ids of this noun through only')
  return id
}

/** The canonical form of an event id, which is always prefixed. */
export function knownEventId(text: string): string {
  const id = parseEventId(text)
  assert(id !== undefined, 'the schema of the route lets event ids through only')
  return id
}
