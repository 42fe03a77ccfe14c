// Owns the parameters and filters that the routes of several resources share.

import Type from 'typebox'
import { Closed, IdInput } from '../schema.ts'

export const DateTime = Type.String({ format: 'date-time' })
export const WebhookParams = Closed({ webhookId: IdInput('webhook') })
export const timeRange = {
  since: Type.Optional(DateTime),
  until: Type.Optional(DateTime),
}
