// Owns the two types about agents.
import type { BuiltInEventType } from './built-in-event-type.ts'
import { callFields, dataSchema, openText, optionalCount } from './fields.ts'

export const AGENT_EVENT_TYPES: readonly BuiltInEventType[] = [
  {
    key: 'agent.created',
    title: 'Agent created',
    description: 'A new agent exists in the workspace.',
    schema: dataSchema([], {
      agent_id: callFields.agent_id,
      name: openText('What the agent is called'),
      agent_type: openText('What the agent does', 'chat', 'voice'),
    }),
    example: { agent_id: 'oBeDLoLOeuAbiuaMFXRtDOLriTJ5tSxD', name: 'Recepción', agent_type: 'voice' },
  },
  {
    key: 'agent.version.published',
    title: 'Agent version published',
    description: 'A version of an agent went live.',
    schema: dataSchema([], {
      agent_id: callFields.agent_id,
      version_id: openText('The version'),
      version_number: { ...optionalCount, description: 'Which version it is, counted from 1' },
    }),
    example: { agent_id: 'oBeDLoLOeuAbiuaMFXRtDOLriTJ5tSxD', version_number: 3 },
  },
]
