// Owns that a call is not advanced without its events.
import assert from 'node:assert/strict'
import type { AcceptRequest, AcceptResult } from '../storage.ts'

/** Undoes the transaction when the call is written and its events are not: their ids are the service's own, so that it is a bug. */
export function refuseHalf({ advance }: AcceptRequest, { kind }: AcceptResult): void {
  assert(advance === undefined || kind === 'accepted', `the events of a call were not accepted with it: ${kind}`)
}
