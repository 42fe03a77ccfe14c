// Owns what happens at GET /v1/deliveries/stream: whose changes, which of them, and from where on.
import type { Api } from '../api.ts'
import { streamPosition } from '../present/stream-words.ts'
import { knownEventId, knownId } from '../validation/known-id.ts'
import type { Handlers } from './call.ts'

export function streamHandlers({ feed, cursors }: Pick<Api, 'feed' | 'cursors'>): Pick<Handlers, 'streamDeliveries'> {
  return {
    async streamDeliveries({ caller, query, language, lastEventId }) {
      const { workspaceId, actor } = caller
      const { status, eventKey, eventId, webhookId } = query
      // A client that goes on by itself sends the header, and the address that it began with.
      const cursor = lastEventId ?? query.lastEventId
      return feed.open({
        workspaceId,
        credential: actor,
        language,
        filter: {
          status,
          eventKey,
          eventId: eventId === undefined ? undefined : knownEventId(eventId),
          webhookId: webhookId === undefined ? undefined : knownId('webhook', webhookId),
        },
        after: cursor === undefined ? null : streamPosition(cursors, workspaceId, cursor),
      })
    },
  }
}
