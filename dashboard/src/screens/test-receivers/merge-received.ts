// Owns what requests that came over the stream make of the list of those that are kept. Pure.
import type { ReceivedRequest } from '@getsupervisor/agents-studio-sdk'

/** As many as a receiver keeps. */
const KEPT_MAX = 50

/** Newest first; one that is in both is as the list has it, which was asked for later or knows more. */
export function mergeReceived(
  listed: readonly ReceivedRequest[],
  streamed: readonly ReceivedRequest[],
): readonly ReceivedRequest[] {
  const known = new Set(listed.map(({ id }) => id))
  const fresh = streamed.filter(({ id }) => !known.has(id))
  return [...fresh, ...listed].toSorted((a, b) => (a.receivedAt < b.receivedAt ? 1 : -1)).slice(0, KEPT_MAX)
}
