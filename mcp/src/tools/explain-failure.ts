// Owns the tool that explains a failure: which cause, since when, since which change, and what to do.
import {
  type EventDetail,
  NotFoundError,
  PermissionError,
  ValidationError,
  type Webhook,
} from '@getsupervisor/agents-studio-sdk'
import { ID_PREFIXES } from '@timbre/contract/ids.ts'
import { Closed, Words } from '@timbre/contract/schema.ts'
import Type from 'typebox'
import { ATTEMPTS_SHOWN, DeliveryEvidence, deliveryEvidence } from '../present/delivery.ts'
import { EventEvidence, eventEvidence } from '../present/event.ts'
import { Id } from '../present/ids.ts'
import { fitting } from '../present/page.ts'
import { ShownHealth, shownHealth } from '../present/webhook.ts'
import { type ToolContext, ToolRefusal, tool } from '../tool.ts'

const Explanation = Type.Object({
  about: Words(['workspace', 'webhook', 'delivery', 'event']),
  verdict: Type.String({ description: 'What is wrong and what to do, in a few sentences' }),
  webhooks: Type.Array(ShownHealth, { description: 'How the webhooks concerned fare, with cause and what to do' }),
  omittedWebhooks: Type.Integer({ description: 'Webhooks with failures that are not shown; ask for them by their id' }),
  delivery: Type.Optional(DeliveryEvidence),
  event: Type.Optional(EventEvidence),
})
type Explanation = Type.Static<typeof Explanation>

/** Of a workspace: health is asked for those that a failure can be seen of. */
const WEBHOOKS_LOOKED_AT = 100
const HEALTH_ASKED_MAX = 8
const HEALTH_LENGTH_MAX = 12_000

export const explainFailure = tool({
  name: 'explain_failure',
  title: 'Explain a failure',
  description:
    'Why something did not arrive, since when, since which change of the webhook, and what to do about it. Give the id of a webhook, a delivery or an event; without one it looks at the webhooks of the workspace that fail. A receiver that says that signatures do not verify: use diagnose_signature.',
  input: Closed({ id: Type.Optional(Id('wh_…, dlv_… or evt_…; omitted: the workspace')) }),
  output: Explanation,
  routes: ['getWebhookHealth', 'findDelivery', 'getEvent'],
  effect: 'reads',
  run({ id }, context) {
    if (id === undefined) return ofWorkspace(context)
    if (id.startsWith(`${ID_PREFIXES.delivery}_`)) return ofDelivery(context, id)
    if (id.startsWith(`${ID_PREFIXES.event}_`)) return ofEvent(context, id)
    if (id.startsWith(`${ID_PREFIXES.webhook}_`)) return ofWebhook(context, id)
    return ofUuid(context, id)
  },
})

/** A UUID does not say of what it is. */
async function ofUuid(context: ToolContext, id: string): Promise<Explanation> {
  let closed: PermissionError | undefined
  for (const explain of [ofDelivery, ofWebhook, ofEvent]) {
    try {
      return await explain(context, id)
    } catch (error) {
      if (error instanceof PermissionError) closed = error
      else if (!(error instanceof NotFoundError || error instanceof ValidationError)) throw error
    }
  }
  if (closed !== undefined) throw closed
  throw new ToolRefusal('No webhook, delivery or event in this workspace has this id. For a call, use find.')
}

async function ofWebhook({ client, signal }: ToolContext, id: string): Promise<Explanation> {
  const health = shownHealth(await client.webhooks.health(id, { signal }))
  return { about: 'webhook', verdict: health.summary, webhooks: [health], omittedWebhooks: 0 }
}

async function ofDelivery({ client, signal }: ToolContext, id: string): Promise<Explanation> {
  const delivery = await client.deliveries.get(id, { signal })
  const { webhookId, status, lastError, nextAttemptAt } = delivery
  const query = { limit: ATTEMPTS_SHOWN }
  const attempts = await client.webhooks.listAttempts(webhookId, delivery.id, query, { signal })
  const health = shownHealth(await client.webhooks.health(webhookId, { signal }))
  const evidence = deliveryEvidence(delivery, attempts.data)
  const verdicts = {
    success: 'This delivery arrived: the receiver answered 2xx.',
    failed: `This delivery failed and its retries are exhausted. ${evidence.lastError ?? ''} Once the cause is gone, retry_delivery or a replay sends it again.`,
    sending: 'This delivery is being sent.',
    queued:
      lastError === null
        ? 'This delivery waits for its first attempt.'
        : `The last attempt of this delivery failed, and another follows${nextAttemptAt === null ? '' : ` at ${nextAttemptAt}`}. ${evidence.lastError ?? ''}`,
  }
  const verdict = status === 'success' ? verdicts.success : `${verdicts[status]} Its webhook: ${health.summary}`
  return { about: 'delivery', verdict, webhooks: [health], omittedWebhooks: 0, delivery: evidence }
}

async function ofEvent(context: ToolContext, id: string): Promise<Explanation> {
  const event = await context.client.events.get(id, { signal: context.signal })
  const failing = event.deliveries.filter(({ status, lastError }) => status !== 'success' && lastError !== null)
  const ids = [...new Set(failing.map(({ webhookId }) => webhookId))]
  const healths = await healthOf(context, ids)
  return { about: 'event', verdict: eventVerdict(event, failing.length), ...healths, event: eventEvidence(event) }
}

function eventVerdict({ deliveryCount, deliveries, skipped }: EventDetail, failing: number): string {
  if (deliveryCount === 0) {
    return skipped.length === 0
      ? 'No webhook got this event: the workspace has none. Create one with a subscription to this type.'
      : 'No webhook got this event. "skipped" says of each why, and what to do.'
  }
  const arrived = deliveries.filter(({ status }) => status === 'success').length
  const rest = skipped.length === 0 ? '' : ' "skipped" has the webhooks that did not get it, and why.'
  return `It has ${deliveryCount} deliveries; of the newest ${deliveries.length}, ${arrived} arrived and ${failing} fail or failed: "webhooks" says why.${rest}`
}

async function ofWorkspace(context: ToolContext): Promise<Explanation> {
  const { client, signal } = context
  const { data, meta } = await client.webhooks.list({ limit: WEBHOOKS_LOOKED_AT }, { signal })
  const suspects = data.filter(isSuspect).sort((a, b) => b.failureCount - a.failureCount)
  const { webhooks, omittedWebhooks } = await healthOf(
    context,
    suspects.map(({ id }) => id),
  )
  const bad = webhooks.filter(({ state }) => state === 'failing' || state === 'disabled')
  const seen = meta.total > data.length ? ` Looked at the newest ${data.length} of ${meta.total} webhooks.` : ''
  const verdict =
    bad.length === 0
      ? `No webhook is failing or disabled among those that have had failures.${seen}`
      : `${bad.map(({ webhookId, summary }) => `${webhookId}: ${summary}`).join(' ')}${seen}`
  return { about: 'workspace', verdict: verdict.slice(0, VERDICT_LENGTH_MAX), webhooks, omittedWebhooks }
}

const VERDICT_LENGTH_MAX = 4000

function isSuspect({ isActive, disabledReason, failureCount, successCount, lastDeliveryAt }: Webhook): boolean {
  const neverArrived = successCount === 0 && lastDeliveryAt !== null
  return !isActive || disabledReason !== null || failureCount > 0 || neverArrived
}

async function healthOf(
  { client, signal }: ToolContext,
  webhookIds: readonly string[],
): Promise<Pick<Explanation, 'webhooks' | 'omittedWebhooks'>> {
  const healths: ShownHealth[] = []
  for (const id of webhookIds.slice(0, HEALTH_ASKED_MAX)) {
    healths.push(shownHealth(await client.webhooks.health(id, { signal })))
  }
  const { shown } = fitting(healths, HEALTH_LENGTH_MAX)
  return { webhooks: shown, omittedWebhooks: webhookIds.length - shown.length }
}
