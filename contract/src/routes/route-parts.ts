// Owns the parameters and filters that the routes of several resources share.

import Type from 'typebox'
import { STREAM_CURSOR_LENGTH_MAX } from '../delivery-stream.ts'
import { Closed, IdInput } from '../schema.ts'

export const DateTime = Type.String({ format: 'date-time' })
export const WebhookParams = Closed({ webhookId: IdInput('webhook') })
export const timeRange = {
  since: Type.Optional(DateTime),
  until: Type.Optional(DateTime),
}

/** Of streams. */
export const lastEventId = {
  lastEventId: Type.Optional(
    Type.String({
      maxLength: STREAM_CURSOR_LENGTH_MAX,
      description: 'From where to go on, for clients that cannot set the header `Last-Event-ID`, which comes first',
    }),
  ),
}
