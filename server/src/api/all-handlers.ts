// Owns the joining of the handlers: the compiler refuses it while a route of the table has none.
import type { Api } from './api.ts'
import type { Handlers } from './call.ts'
import { apiKeyHandlers } from './handlers/api-keys.ts'
import { auditLogHandlers } from './handlers/audit-log.ts'
import { deliveryHandlers } from './handlers/deliveries.ts'
import { erasureHandlers } from './handlers/erasures.ts'
import { eventTypeHandlers } from './handlers/event-types.ts'
import { eventHandlers } from './handlers/events.ts'
import { healthHandlers } from './handlers/health.ts'
import { replayHandlers } from './handlers/replays.ts'
import { secretHandlers } from './handlers/secrets.ts'
import { subscriptionHandlers } from './handlers/subscriptions.ts'
import { testSendHandlers } from './handlers/test-sends.ts'
import { webhookHandlers } from './handlers/webhooks.ts'
import { workspaceHandlers } from './handlers/workspaces.ts'

export function allHandlers(api: Api): Handlers {
  return {
    ...webhookHandlers(api),
    ...secretHandlers(api),
    ...testSendHandlers(api),
    ...subscriptionHandlers(api),
    ...eventTypeHandlers(api),
    ...eventHandlers(api),
    ...erasureHandlers(api),
    ...deliveryHandlers(api),
    ...replayHandlers(api),
    ...apiKeyHandlers(api),
    ...workspaceHandlers(api),
    ...auditLogHandlers(api),
    ...healthHandlers(api),
  }
}
