// Owns the test receiver: a URL of the installation itself that keeps the last requests that it got, for whoever tries things out.
import Type from 'typebox'
import { Closed, Nullable, TextMap, Time, Uuid } from './schema.ts'

export const TEST_RECEIVERS_PER_WORKSPACE_MAX = 20
export const RECEIVED_REQUESTS_MAX = 50
/** Of what one receiver keeps, headers and bodies together; the oldest go first. */
export const RECEIVED_BYTES_MAX = 128 * 1024
export const RECEIVED_BODY_BYTES_MAX = 64 * 1024
const DELAY_MS_MAX = 20_000

const responses = {
  responseStatus: Type.Integer({ minimum: 200, maximum: 599, description: 'What it answers; 200 when it is made' }),
  delayMs: Type.Integer({
    minimum: 0,
    maximum: DELAY_MS_MAX,
    description: 'Milliseconds before it answers; 0 when it is made',
  }),
  failurePercent: Type.Integer({
    minimum: 0,
    maximum: 100,
    description: 'How many of a hundred requests, by chance, it answers with 500; 0 when it is made',
  }),
}

export const TestReceiverCreate = Closed({
  responseStatus: Type.Optional(responses.responseStatus),
  delayMs: Type.Optional(responses.delayMs),
  failurePercent: Type.Optional(responses.failurePercent),
})
export type TestReceiverCreate = Type.Static<typeof TestReceiverCreate>

export const TestReceiver = Type.Object({
  id: Uuid,
  url: Type.String({ description: 'For the `url` of a webhook; whoever knows it can send to it' }),
  ...responses,
  requestCount: Type.Integer({ minimum: 0, description: 'Requests so far, also those that are not kept any more' }),
  createdAt: Time,
})
export type TestReceiver = Type.Static<typeof TestReceiver>

export const ReceivedRequest = Type.Object({
  id: Uuid,
  receivedAt: Type.String({ ...Time, description: 'When it had come whole' }),
  method: Type.String({ description: 'How it was sent' }),
  headers: TextMap({ description: 'As they came' }),
  body: Nullable(Type.String(), {
    description: `As it came, in UTF-8; null: it had more than ${RECEIVED_BODY_BYTES_MAX} bytes`,
  }),
  responseStatus: Type.Integer({ description: 'What it was answered' }),
  verified: Nullable(Type.Boolean(), {
    description:
      'Whether its signature is that of a webhook of the workspace with this URL, by the secrets that hold now; null: there is no such webhook, or no body',
  }),
})
export type ReceivedRequest = Type.Static<typeof ReceivedRequest>

/** Of a frame whose data is a ReceivedRequest. */
export const REQUEST_FRAME = 'request'
/** Of a frame that says that what the receiver had kept was forgotten. */
export const CLEARED_FRAME = 'cleared'

/** Requests that a stream cannot show any more: newer ones took their place. */
export const ReceivedGap = Type.Object({ count: Type.Integer({ minimum: 1, description: 'How many' }) })
export type ReceivedGap = Type.Static<typeof ReceivedGap>

export const ReceivedCleared = Type.Object({
  until: Type.Integer({ minimum: 0, description: 'Requests up to this number are kept no more' }),
})
export type ReceivedCleared = Type.Static<typeof ReceivedCleared>
