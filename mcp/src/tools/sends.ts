// Owns the tools after which a receiver gets a request: a test, a retry, and a replay that was previewed.
// Must never start a replay that was not previewed as it is, by the same credential, a moment ago.
import { hash } from 'node:crypto'
import { EventKey } from '@timbre/contract/event-type.ts'
import { Closed } from '@timbre/contract/schema.ts'
import Type from 'typebox'
import { ShownAttempt, shownAttempt } from '../present/attempt.ts'
import { ShownDelivery, shownDelivery } from '../present/delivery.ts'
import { Id, shownId } from '../present/ids.ts'
import { replayInput, ShownReplay, shownReplay } from '../present/replay.ts'
import { isPreviewed, previewEnds, previewToken } from '../preview-token.ts'
import { type Tool, ToolRefusal, tool } from '../tool.ts'

const sendTest = tool({
  name: 'send_test',
  title: 'Send a test',
  description:
    "Sends the example of an event type to a webhook's receiver now, once, and says how it answered. The receiver gets it as any event: ask the person first.",
  input: Closed({ webhookId: Id('Where to'), eventKey: EventKey }),
  output: Type.Object({
    delivered: Type.Boolean({ description: 'true: the receiver answered 2xx' }),
    deliveryId: Type.String(),
    eventId: Type.String(),
    attempt: ShownAttempt,
  }),
  routes: ['testWebhook'],
  effect: 'sends',
  async run({ webhookId, eventKey }, { client, signal }) {
    const { delivered, deliveryId, eventId, attempt } = await client.webhooks.test(webhookId, { eventKey }, { signal })
    return { delivered, deliveryId: shownId('delivery', deliveryId), eventId, attempt: shownAttempt(attempt) }
  },
})

const retryDelivery = tool({
  name: 'retry_delivery',
  title: 'Retry a delivery',
  description:
    'Has one delivery sent again now, also one that succeeded or failed. The receiver acts on it again unless it drops duplicates: ask the person first.',
  input: Closed({ deliveryId: Id('Which') }),
  output: Type.Object({ delivery: ShownDelivery }),
  routes: ['retryDelivery'],
  effect: 'sends',
  async run({ deliveryId }, { client, signal }) {
    const { id, webhookId } = await client.deliveries.get(deliveryId, { signal })
    return { delivery: shownDelivery(await client.webhooks.retryDelivery(webhookId, id, { signal })) }
  },
})

const previewReplay = tool({
  name: 'preview_replay',
  title: 'Preview a replay',
  description:
    'Counts what a replay would send to a webhook, and sends nothing. Its previewToken, with the very same webhookId, since, until, only and eventKeys, is what start_replay takes. Show the count to the person.',
  input: Closed(replayInput),
  output: Type.Object({
    preview: ShownReplay,
    previewToken: Type.String(),
    expiresAt: Type.String({ description: 'Until then start_replay takes the token' }),
  }),
  routes: ['createReplay'],
  effect: 'previews',
  async run({ webhookId, ...scope }, { client, signal, seal, now }) {
    const preview = await client.webhooks.createReplay(webhookId, { ...scope, dryRun: true }, { signal })
    const at = now()
    return {
      preview: shownReplay(preview),
      previewToken: previewToken(seal, { webhookId, ...scope }, at),
      expiresAt: new Date(previewEnds(at)).toISOString(),
    }
  },
})

const startReplay = tool({
  name: 'start_replay',
  title: 'Start a replay',
  description:
    'Sends a webhook a range of time again, as preview_replay counted it: the same webhookId, since, until, only and eventKeys, with the previewToken. A token starts one replay, however often it is used. Ask the person first.',
  input: Closed({ ...replayInput, previewToken: Type.String({ minLength: 1, maxLength: 512 }) }),
  output: Type.Object({ replay: ShownReplay }),
  routes: ['createReplay'],
  effect: 'sends',
  isIdempotent: true,
  async run({ previewToken: token, webhookId, ...scope }, { client, signal, seal, now }) {
    if (!isPreviewed(seal, token, { webhookId, ...scope }, now())) {
      throw new ToolRefusal(
        'This previewToken is not of a preview of this very replay in the last 10 minutes. Call preview_replay with the same values, show the count to the person, and pass its previewToken.',
      )
    }
    const idempotencyKey = `mcp-${hash('sha256', token, 'hex')}`
    return { replay: shownReplay(await client.webhooks.createReplay(webhookId, scope, { signal, idempotencyKey })) }
  },
})

export const SENDS: readonly Tool[] = [sendTest, retryDelivery, previewReplay, startReplay]
