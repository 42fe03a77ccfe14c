// Owns what the API may ask of the engine.
import type { WebhookKind } from '@timbre/contract/webhook.ts'
import type { AcceptRequest, AcceptResult, AttemptRow, ErasedRows, NewEvent } from '../storage/storage.ts'
import type { PullApi } from './pull-api.ts'

export interface EngineApi {
  /**
   * To be asked when a publish request begins, before its body is read; undefined: it is admitted.
   * @param workspaceId that the request names, unproven: it can only be admitted to be refused for its key
   */
  admit(workspaceId?: string): Refused | undefined
  /**
   * Accepts events in the next group commit; resolves after the fsync.
   * Throws Refusal TOO_MANY_REQUESTS `{ retryAfterSeconds }` when too much is waiting before it.
   */
  accept(request: AcceptRequest): Promise<AcceptResult>
  /** Accepts a test event for one webhook, makes its one attempt now, or waits for a consumer to make it, and resolves when that is recorded. */
  sendExample(
    event: NewEvent & { readonly testOf: string },
    workspaceId: string,
    manner: ExampleManner,
  ): Promise<ExampleSend>
  /**
   * Removes every event of a call with its deliveries and attempts; resolves when they are gone and every node knows, or has
   * had 5 s to say so. An attempt that is under way is not cut off, but leaves no row.
   */
  eraseCall(workspaceId: string, callId: string): Promise<ErasedRows>
  /** To be called after a webhook was changed, rotated, enabled or disabled. */
  webhookChanged(webhookId: string): void
  /** To be called after a webhook was deleted. */
  webhookDeleted(webhookId: string): void
  /**
   * To be called after a delivery was made due now, or a replay was asked for.
   * @param webhookId of the delivery
   */
  wake(webhookId?: string): void
  /** For consumers of webhooks of kind `pull`. */
  readonly pulls: PullApi
}

/** Too much waits for the disk or the processor. */
export interface Refused {
  readonly retryAfterSeconds: number
}

export interface ExampleManner {
  /** Of the webhook: who makes the attempt. */
  readonly kind: WebhookKind
  /** Of a push: replaced secrets do not sign, whether their time has ended or not. */
  readonly currentSecretOnly?: boolean
}

export interface ExampleSend {
  readonly deliveryId: string
  readonly delivered: boolean
  readonly attempt: AttemptRow
}
