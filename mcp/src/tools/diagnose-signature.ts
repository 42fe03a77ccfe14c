// Owns the tool that says why a request does not verify at its receiver. Must never show the secret that it looks with.
import { CAUSES, diagnose } from '@getsupervisor/agents-studio-sdk/receiver'
import { Closed, Nullable } from '@timbre/contract/schema.ts'
import Type from 'typebox'
import { Id } from '../present/ids.ts'
import { tool } from '../tool.ts'
import { Untrusted, untrusted } from '../untrusted.ts'

/** An event of the largest size has 256 KiB; what an agent can pass on is far less. */
const BODY_LENGTH_MAX = 16 * 1024
const HEADERS_MAX = 60
const MESSAGE_LENGTH_MAX = 2000

const TextByName = Type.Unsafe<Record<string, string>>({
  type: 'object',
  maxProperties: HEADERS_MAX,
  additionalProperties: { type: 'string', maxLength: 4096 },
  description: 'The headers as the receiver got them: at least webhook-id, webhook-timestamp and webhook-signature',
})

export const diagnoseSignature = tool({
  name: 'diagnose_signature',
  title: 'Diagnose a signature',
  description:
    'Why a request does not verify at a receiver: a body that was parsed and written anew, the secret of another webhook, a wrong clock, a proxy that changes headers, and others. Give the webhook, and headers and raw body as the receiver got them. The secret is looked up by the service and never shown; looking it up is noted in the audit log.',
  input: Closed({
    webhookId: Id('The webhook whose request it is'),
    headers: TextByName,
    body: Type.String({ maxLength: BODY_LENGTH_MAX, description: 'The raw body, byte for byte' }),
    receivedAt: Type.Optional(Type.String({ maxLength: 64, description: 'ISO 8601, by the clock of the receiver' })),
  }),
  output: Type.Object({
    verifies: Type.Boolean(),
    cause: Nullable(Type.String(), { description: 'null: nothing is wrong; `unknown`: none can be shown' }),
    explanation: Type.Unsafe<Untrusted>({
      ...Untrusted,
      description: 'What is wrong and what to do; it may quote the request',
    }),
    whatToDo: Nullable(Type.String()),
  }),
  routes: ['getWebhookSecret'],
  effect: 'reads',
  async run({ webhookId, headers, body, receivedAt }, { client, signal, now }) {
    const { secret } = await client.webhooks.getSecret(webhookId, { signal })
    const at = receivedAt === undefined ? now() : Date.parse(receivedAt)
    const options = { receivedAt: Number.isNaN(at) ? now() : at }
    const { verifies, cause, message } = await diagnose(body, headers, secret, options)
    const whatToDo = cause === null || cause === 'unknown' ? null : CAUSES[cause].remedy
    return { verifies, cause, explanation: untrusted(message, MESSAGE_LENGTH_MAX), whatToDo }
  },
})
