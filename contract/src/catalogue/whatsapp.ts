// Owns the five types about WhatsApp conversations.
import type { BuiltInEventType } from './built-in-event-type.ts'
import { callFields, dataSchema, number, openText, optionalCount } from './fields.ts'

const fields = {
  call_id: { ...callFields.call_id, type: ['string', 'null'] },
  conversation_id: openText('The conversation'),
  message_id: openText('The message'),
  from_number: number,
  to_number: number,
  agent_id: callFields.agent_id,
  text: openText('What was written'),
  error_code: openText('Why it failed, as the provider says it', 'recipient_unavailable'),
  error_message: callFields.error_message,
  message_count: { ...optionalCount, description: 'Messages of the conversation' },
} as const

const CONVERSATION = { conversation_id: 'wac_7Qm2', from_number: '+12137771234', to_number: '+525538808448' }

export const WHATSAPP_EVENT_TYPES: readonly BuiltInEventType[] = [
  {
    key: 'whatsapp.messageReceived',
    title: 'WhatsApp message received',
    description: 'A person wrote to an agent.',
    schema: dataSchema([], fields),
    example: { ...CONVERSATION, message_id: 'wam_1', text: 'Hola' },
  },
  {
    key: 'whatsapp.messageDelivered',
    title: 'WhatsApp message delivered',
    description: 'A message of an agent reached the person.',
    schema: dataSchema([], fields),
    example: { ...CONVERSATION, message_id: 'wam_2' },
  },
  {
    key: 'whatsapp.messageFailed',
    title: 'WhatsApp message failed',
    description: 'A message of an agent could not be delivered.',
    schema: dataSchema([], fields),
    example: { ...CONVERSATION, message_id: 'wam_2', error_code: 'recipient_unavailable' },
  },
  {
    key: 'whatsapp.conversationStarted',
    title: 'WhatsApp conversation started',
    description: 'A conversation between a person and an agent began.',
    schema: dataSchema([], fields),
    example: CONVERSATION,
  },
  {
    key: 'whatsapp.conversationEnded',
    title: 'WhatsApp conversation ended',
    description: 'A conversation between a person and an agent is over.',
    schema: dataSchema([], fields),
    example: { ...CONVERSATION, message_count: 12 },
  },
]
