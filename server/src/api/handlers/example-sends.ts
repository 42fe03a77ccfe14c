// Owns what happens at /v1/webhooks/{id}/test: the example of an event type, or data of the caller's own, is sent now, to this webhook only.
import { Refusal } from '@timbre/contract/errors.ts'
import { formatId } from '@timbre/contract/ids.ts'
import type { NewEvent, WebhookRow } from '../../storage/storage.ts'
import type { Api } from '../api.ts'
import { isoTime } from '../present/iso-time.ts'
import { presentAttempt } from '../present/present-attempt.ts'
import { agentIdOf, callIdOf, dataText, envelopeText } from '../publish/event-text.ts'
import { isUnusableType } from '../publish/unusable-type.ts'
import { invalidInput } from '../validation/findings.ts'
import type { Call, Handlers } from './call.ts'
import { changeContext } from './change-context.ts'
import { findWebhook } from './find-webhook.ts'

type Data = Readonly<Record<string, unknown>>

interface TestContent {
  readonly key: string
  readonly data: Data
  /** As it is signed and sent. */
  readonly text: string
}

export function testSendHandlers(api: Api): Pick<Handlers, 'testWebhook'> {
  return { testWebhook: (call) => testWebhook(api, call) }
}

async function testWebhook(api: Api, call: Call<'testWebhook'>) {
  const { workspaceId } = call.caller
  const webhook = await findWebhook(api, call.caller, call.params.webhookId)
  const { kind } = webhook
  const { currentSecretOnly = false } = call.body
  // What a consumer fetches is signed when it is, on whichever node: nothing says there that this one is a test.
  if (currentSecretOnly && kind === 'pull') throw invalidInput([{ path: '/currentSecretOnly', ...ONLY_OF_A_PUSH }])
  const event = testEvent(api, webhook, await contentOf(api, call))
  const sent = await api.engine.sendExample(event, workspaceId, { kind, currentSecretOnly })
  const { deliveryId, attempt, delivered } = sent
  const response = { delivered, deliveryId, eventId: event.id, attempt: presentAttempt(attempt, call.language) }
  const note = { now: api.clock.now(), action: 'webhook.tested', targetId: webhook.id, response } as const
  // The response is not known before the attempt has ended, so it is kept after it. If the process dies between the two,
  // the same Idempotency-Key sends the test once more: a test send is at least once, as every delivery is.
  await api.storage.addAuditEntry(changeContext(api, call, note))
  return response
}

const ONLY_OF_A_PUSH = {
  en: 'is only for a webhook of kind push: a consumer verifies what it fetches with any secret that is valid',
  es: 'es solo para un webhook de tipo push: un consumidor verifica lo que recoge con cualquier secreto válido',
}

async function contentOf(api: Api, { body, bodyText, caller }: Call<'testWebhook'>): Promise<TestContent> {
  const { eventKey: key, data } = body
  if (data === undefined) {
    const type = await api.catalogue.findExample(caller.workspaceId, key)
    if (type === undefined) throw unknownType(key)
    return { key: type.key, data: type.example, text: JSON.stringify(type.example) }
  }
  const content = { key, data, text: dataText(bodyText) }
  await refuseData(api, caller.workspaceId, content)
  return content
}

/** Throws UNKNOWN_EVENT_TYPE, INVALID_EVENT_DATA, EVENT_TYPE_UNUSABLE, as publishing it would. */
async function refuseData({ catalogue, schemas }: Api, workspaceId: string, content: TestContent): Promise<void> {
  const { key, data: value, text } = content
  const type = await catalogue.find(workspaceId, key)
  if (type === undefined) throw unknownType(key)
  const pointer = '/data'
  try {
    const findings =
      type.schema === undefined
        ? type.validate(value, pointer)
        : await schemas.request(workspaceId).validate(type.schema, { value, text, pointer })
    if (findings.length > 0) throw new Refusal('INVALID_EVENT_DATA', { key, findings })
  } catch (error) {
    throw isUnusableType(error) ? new Refusal('EVENT_TYPE_UNUSABLE', { key, ...error.details }) : error
  }
}

function unknownType(key: string): Refusal {
  return new Refusal('UNKNOWN_EVENT_TYPE', { key: key.slice(0, 128) })
}

function testEvent(
  api: Api,
  webhook: Pick<WebhookRow, 'id'>,
  { key, data, text }: TestContent,
): NewEvent & { readonly testOf: string } {
  const now = api.clock.now()
  const id = formatId('event', api.random.uuid(now))
  return {
    id,
    type: key,
    agentId: agentIdOf({ data }),
    callId: callIdOf(data),
    createdAt: now,
    acceptedAt: now,
    envelope: envelopeText({ id, type: key, createdAt: isoTime(now), dataText: text }),
    testOf: webhook.id,
  }
}
