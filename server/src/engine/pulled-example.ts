// Owns waiting for a consumer to make the one attempt of a test send, for a webhook of kind `pull`.
// Must never keep anything of it: whichever node the consumer talks to, the attempt is found in the storage.
import { Refusal } from '@timbre/contract/errors.ts'
import type { Clock } from '../platform/clock.ts'
import type { NewEvent, Storage } from '../storage/storage.ts'
import { isDelivered } from './decide.ts'
import type { ExampleSend } from './engine-api.ts'

export interface PulledExampleDependencies {
  readonly clock: Clock
  readonly storage: Pick<Storage, 'listDeliveries' | 'listAttempts'>
  readonly isStopping: () => boolean
}

/** As long as a push may take. */
export const FETCH_MS_MAX = 15_000
const LOOK_MS = 250
const ONE = { limit: 1, before: null }

/**
 * Resolves when the attempt is recorded.
 * Throws Refusal TEST_NOT_FETCHED when no consumer has said in time what became of it, NOT_READY when the server stops.
 */
export async function pulledExample(
  { clock, storage, isStopping }: PulledExampleDependencies,
  { id: eventId, testOf: webhookId }: NewEvent,
  workspaceId: string,
): Promise<ExampleSend> {
  const endAt = clock.monotonic() + FETCH_MS_MAX
  for (;;) {
    const filter = { eventId, ...(webhookId === undefined ? {} : { webhookId }) }
    const [delivery] = (await storage.listDeliveries(workspaceId, filter, ONE)).rows
    if (delivery === undefined) throw new Refusal('WEBHOOK_NOT_FOUND', { id: webhookId })
    const [attempt] = (await storage.listAttempts(workspaceId, delivery.id, ONE)).rows
    if (attempt !== undefined) {
      const delivered = isDelivered(attempt.outcome, attempt.responseStatus)
      return { deliveryId: delivery.id, delivered, attempt }
    }
    if (isStopping()) throw new Refusal('NOT_READY')
    if (clock.monotonic() >= endAt)
      throw new Refusal('TEST_NOT_FETCHED', { id: delivery.id, seconds: FETCH_MS_MAX / 1000 })
    await new Promise<void>((resolve) => clock.schedule(resolve, LOOK_MS))
  }
}
