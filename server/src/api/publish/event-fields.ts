// Owns what Timbre reads out of an event's `data`: the call and the agent it is about.
// Must never refuse: what is not there, or has another form, is null.
import { CALL_ID_LENGTH_MAX, type EventPublish } from '@timbre/contract/event.ts'
import { parseId } from '@timbre/contract/ids.ts'

type Data = Readonly<Record<string, unknown>>

/** `data.call_id` when it is a text that can be one. */
export function callIdOf(data: Data): string | null {
  const callId = data['call_id']
  return typeof callId === 'string' && callId !== '' && callId.length <= CALL_ID_LENGTH_MAX ? callId : null
}

/** The field `agentId` when it is there, null included; else `data.agent_id` when that is a UUID. */
export function agentIdOf({ agentId, data }: Pick<EventPublish, 'agentId' | 'data'>): string | null {
  const given: unknown = agentId === undefined ? data['agent_id'] : agentId
  return typeof given === 'string' ? (parseId('agent', given) ?? null) : null
}
