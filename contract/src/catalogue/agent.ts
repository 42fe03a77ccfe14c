// Owns the two types about agents.
import type { BuiltInEventType } from '../catalogue.ts'
import { count, dataSchema, shortText } from './fields.ts'

export const AGENT_EVENT_TYPES: readonly BuiltInEventType[] = [
  {
    key: 'agent.created',
    title: 'Agent created',
    description: 'A new agent exists in the workspace.',
    schema: dataSchema([], {
      agent_id: shortText,
      name: shortText,
      agent_type: { type: 'string', enum: ['chat', 'voice'] },
    }),
    example: { agent_id: 'oBeDLoLOeuAbiuaMFXRtDOLriTJ5tSxD', name: 'Recepción', agent_type: 'voice' },
  },
  {
    key: 'agent.version.published',
    title: 'Agent version published',
    description: 'A version of an agent went live.',
    schema: dataSchema([], { agent_id: shortText, version_id: shortText, version_number: count }),
    example: { agent_id: 'oBeDLoLOeuAbiuaMFXRtDOLriTJ5tSxD', version_number: 3 },
  },
]
