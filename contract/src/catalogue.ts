// Owns the list of the event types that are built in.
import { AGENT_EVENT_TYPES } from './catalogue/agent.ts'
import type { BuiltInEventType } from './catalogue/built-in-event-type.ts'
import { CALL_EVENT_TYPES } from './catalogue/call.ts'
import { OPERATIONAL_EVENT_TYPES } from './catalogue/operational.ts'
import { TOOL_EVENT_TYPES } from './catalogue/tool.ts'
import { WHATSAPP_EVENT_TYPES } from './catalogue/whatsapp.ts'

export const BUILT_IN_EVENT_TYPES: readonly BuiltInEventType[] = [
  ...CALL_EVENT_TYPES,
  ...TOOL_EVENT_TYPES,
  ...WHATSAPP_EVENT_TYPES,
  ...AGENT_EVENT_TYPES,
  ...OPERATIONAL_EVENT_TYPES,
]

/** Types that only the service itself publishes; publishing one through the API is refused. */
export const OPERATIONAL_EVENT_KEYS: ReadonlySet<string> = new Set(OPERATIONAL_EVENT_TYPES.map((type) => type.key))
