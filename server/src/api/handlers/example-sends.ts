// Owns what happens at /v1/webhooks/{id}/test: the example of an event type is sent now, to this webhook only.
import { Refusal } from '@timbre/contract/errors.ts'
import { formatId } from '@timbre/contract/ids.ts'
import type { NewEvent } from '../../storage/storage.ts'
import type { Api } from '../api.ts'
import { isoTime } from '../present/iso-time.ts'
import { presentAttempt } from '../present/present-attempt.ts'
import type { Example } from '../publish/event-catalogue.ts'
import { callIdOf } from '../publish/event-fields.ts'
import { envelopeText } from '../publish/event-text.ts'
import type { Call, Handlers } from './call.ts'
import { changeContext } from './change-context.ts'
import { findWebhook } from './find-webhook.ts'

export function testSendHandlers(api: Api): Pick<Handlers, 'testWebhook'> {
  return { testWebhook: (call) => testWebhook(api, call) }
}

async function testWebhook(api: Api, call: Call<'testWebhook'>) {
  const { workspaceId } = call.caller
  const webhook = await findWebhook(api, call.caller, call.params.webhookId)
  const key = call.body.eventKey
  const type = await api.catalogue.findExample(workspaceId, key)
  if (type === undefined) throw new Refusal('UNKNOWN_EVENT_TYPE', { key: key.slice(0, 128) })
  const event = exampleEvent(api, type, webhook.id)
  const { deliveryId, attempt, delivered } = await api.engine.sendExample(event, workspaceId, webhook.kind)
  const answer = { delivered, deliveryId, eventId: event.id, attempt: presentAttempt(attempt, call.language) }
  const note = { now: api.clock.now(), action: 'webhook.tested', targetId: webhook.id, answer } as const
  // The answer is not known before the attempt has ended, so it is kept after it. If the process dies between the two,
  // the same Idempotency-Key sends the test once more: a test send is at least once, as every delivery is.
  await api.storage.addAuditEntry(changeContext(api, call, note))
  return answer
}

function exampleEvent(api: Api, type: Example, webhookId: string): NewEvent & { readonly testOf: string } {
  const now = api.clock.now()
  const id = formatId('event', api.random.uuid(now))
  const dataText = JSON.stringify(type.example)
  return {
    id,
    type: type.key,
    agentId: null,
    callId: callIdOf(type.example),
    createdAt: now,
    acceptedAt: now,
    body: envelopeText({ id, type: type.key, createdAt: isoTime(now), dataText }),
    testOf: webhookId,
  }
}
