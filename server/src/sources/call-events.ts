// Owns the `data` of the events of a tracked call.

import { formatId } from '@timbre/contract/ids.ts'
import type { SourceKind } from '@timbre/contract/source.ts'
import type { Emission } from './call-tracker.ts'
import { factsOf, type TrackedCall } from './tracked-call.ts'

/** The id of the one terminal event that a call may have: a second one would have the same, and is refused by the storage. */
export function terminalEventId(call: Pick<TrackedCall, 'id'>): string {
  return formatId('event', call.id)
}

/** @param agentId what the source's `agentMap` makes of the provider's agent; absent: nothing */
export function callData(
  call: TrackedCall,
  emission: Emission,
  kind: SourceKind,
  agentId: string | undefined,
): Readonly<Record<string, unknown>> {
  const { transcript, error_code, error_message, agent_id, duration_ms, ...facts } = factsOf(call)
  const isError = call.state === 'error'
  const duration = call.state === 'not_connected' ? 0 : duration_ms
  const agent = agentId ?? agent_id
  // Once, where all is known: it may be long.
  const isWhole = emission.type !== 'call.status.updated' || emission.isAmendment
  const vendor = Object.entries(call.provider).map(([name, { value }]) => [name, value])
  return {
    call_id: call.callId,
    ...(call.state === null ? {} : { call_status: call.state }),
    ...facts,
    ...(agent === undefined ? {} : { agent_id: agent }),
    ...(duration === undefined ? {} : { duration_ms: duration }),
    ...(isError ? { error_code: error_code ?? facts.disconnection_reason ?? 'call_failed' } : {}),
    ...(isError && error_message !== undefined ? { error_message } : {}),
    ...(isWhole && transcript !== undefined ? { transcript } : {}),
    ...(emission.isAmendment ? { amends: terminalEventId(call) } : {}),
    provider: { ...Object.fromEntries(vendor), name: kind },
  }
}

/** The agent that an event belongs to: by the provider's id of the agent, else by the number on our side of the call. */
export function mappedAgent(call: TrackedCall, agentMap: Readonly<Record<string, string>>): string | undefined {
  const { agent_id, direction, from_number, to_number } = factsOf(call)
  const own = direction === 'outbound' ? from_number : to_number
  for (const name of [agent_id, own]) if (name !== undefined && Object.hasOwn(agentMap, name)) return agentMap[name]
  return undefined
}
