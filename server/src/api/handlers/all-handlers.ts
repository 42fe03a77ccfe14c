// Owns the joining of the handlers: the compiler refuses it while a route of the table has none.
import type { Api } from '../api.ts'
import { apiKeyHandlers } from './api-keys.ts'
import { auditLogHandlers } from './audit-log.ts'
import type { Handlers } from './call.ts'
import { callHandlers } from './calls.ts'
import { deliveryHandlers } from './deliveries.ts'
import { erasureHandlers } from './erasures.ts'
import { eventTypeHandlers } from './event-types.ts'
import { eventHandlers } from './events.ts'
import { testSendHandlers } from './example-sends.ts'
import { healthHandlers } from './health.ts'
import { instanceHandlers } from './instance.ts'
import { portalSessionHandlers } from './portal-sessions.ts'
import { pullHandlers } from './pull.ts'
import { replayHandlers } from './replays.ts'
import { secretHandlers } from './secrets.ts'
import { sessionHandlers } from './session.ts'
import { sourceHandlers } from './sources.ts'
import { statisticsHandlers } from './statistics.ts'
import { streamHandlers } from './stream-deliveries.ts'
import { subscriptionHandlers } from './subscriptions.ts'
import { testReceiverHandlers } from './test-receivers.ts'
import { testSourceHandlers } from './test-source.ts'
import { webhookHealthHandlers } from './webhook-health.ts'
import { webhookHandlers } from './webhooks.ts'
import { workspaceHandlers } from './workspaces.ts'

export function allHandlers(api: Api): Handlers {
  return {
    ...webhookHandlers(api),
    ...webhookHealthHandlers(api),
    ...secretHandlers(api),
    ...testSendHandlers(api),
    ...subscriptionHandlers(api),
    ...eventTypeHandlers(api),
    ...eventHandlers(api),
    ...callHandlers(api),
    ...erasureHandlers(api),
    ...deliveryHandlers(api),
    ...streamHandlers(api),
    ...replayHandlers(api),
    ...pullHandlers(api),
    ...statisticsHandlers(api),
    ...sourceHandlers(api),
    ...testSourceHandlers(api),
    ...apiKeyHandlers(api),
    ...portalSessionHandlers(api),
    ...sessionHandlers(api),
    ...testReceiverHandlers(api),
    ...workspaceHandlers(api),
    ...auditLogHandlers(api),
    ...instanceHandlers(api),
    ...healthHandlers(api),
  }
}
