// Owns the type about tools that an agent invokes.
import type { BuiltInEventType } from './built-in-event-type.ts'
import { callFields, dataSchema, openText, optionalCount } from './fields.ts'

export const TOOL_EVENT_TYPES: readonly BuiltInEventType[] = [
  {
    key: 'tool.invoked',
    title: 'Tool invoked',
    description: 'An agent finished invoking a tool and got its response.',
    schema: dataSchema([], {
      call_id: { ...callFields.call_id, type: ['string', 'null'] },
      agent_id: callFields.agent_id,
      tool_name: openText('The tool'),
      tool_execution_id: openText('The invocation'),
      status: openText('How it ended', 'success'),
      duration_ms: { ...optionalCount, description: 'How long the tool took, in milliseconds' },
      arguments: { type: ['object', 'null'], additionalProperties: true, description: 'What the tool was given' },
    }),
    example: {
      call_id: 'Jabr9TXYYJHfvl6Syypi88rdAHYHmcq6',
      tool_name: 'schedule_call_tool',
      status: 'success',
      duration_ms: 420,
      arguments: { scheduled_for: '2025-08-20T15:00:00.000Z' },
    },
  },
]
