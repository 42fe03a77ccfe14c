// Owns client.webhooks: webhooks, their subscriptions and what was delivered to them.
import type { Http } from './http.ts'
import { type List, list } from './list.ts'
import { path } from './path.ts'
import { type PullOptions, pull } from './pull.ts'
import type { PulledItem } from './pulled-item.ts'
import type { RequestOptions } from './request-options.ts'
import type {
  Attempt,
  CreatedWebhook,
  Delivery,
  DeliverySummary,
  ExtendedLease,
  HistoryMeta,
  HistoryQuery,
  LeaseExtension,
  ListSubscriptionsQuery,
  ListWebhookDeliveriesQuery,
  PageMeta,
  PageQuery,
  Pull,
  PulledDeliveries,
  PullResults,
  RecordedResults,
  Replay,
  ReplayCreate,
  RotatedSecret,
  SecretRotate,
  Statistics,
  StatisticsQuery,
  Subscription,
  SubscriptionCreate,
  SubscriptionUpdate,
  TestResult,
  Webhook,
  WebhookCreate,
  WebhookHealth,
  WebhookSecret,
  WebhookTest,
  WebhookUpdate,
} from './resources.generated.ts'

/** Every id may be a UUID or in the prefixed form (`wh_…`, `sub_…`, `dlv_…`). Every method throws `ApiError`s. */
export class Webhooks {
  readonly #http: Http

  constructor(http: Http) {
    this.#http = http
  }

  /** With `eventKeys` it is subscribed to at once. */
  create(webhook: WebhookCreate, options?: RequestOptions): Promise<CreatedWebhook> {
    return this.#http.request({ method: 'POST', path: '/webhooks', body: webhook }, options)
  }

  list(query?: PageQuery, options?: RequestOptions): List<Webhook, PageMeta> {
    return list(this.#http, '/webhooks', query, options)
  }

  async get(webhookId: string, options?: RequestOptions): Promise<Webhook> {
    return this.#http.request({ method: 'GET', path: path`/webhooks/${webhookId}` }, options)
  }

  /** What fails since when, why, since which change, and what to do: in the language of `Accept-Language`. */
  async health(webhookId: string, options?: RequestOptions): Promise<WebhookHealth> {
    return this.#http.request({ method: 'GET', path: path`/webhooks/${webhookId}/health` }, options)
  }

  /** Changes what is given; the rest stays. `isActive: true` also clears `disabledReason`. */
  async update(webhookId: string, changes: WebhookUpdate, options?: RequestOptions): Promise<Webhook> {
    return this.#http.request({ method: 'PATCH', path: path`/webhooks/${webhookId}`, body: changes }, options)
  }

  async delete(webhookId: string, options?: RequestOptions): Promise<void> {
    return this.#http.request({ method: 'DELETE', path: path`/webhooks/${webhookId}` }, options)
  }

  /** Sends the example of an event type now, and answers with the attempt. */
  async test(webhookId: string, test: WebhookTest, options?: RequestOptions): Promise<TestResult> {
    return this.#http.request({ method: 'POST', path: path`/webhooks/${webhookId}/test`, body: test }, options)
  }

  async getSecret(webhookId: string, options?: RequestOptions): Promise<WebhookSecret> {
    return this.#http.request({ method: 'GET', path: path`/webhooks/${webhookId}/secret` }, options)
  }

  /** Gives the webhook a new secret. For `overlapHours` (default 24) deliveries are signed with the old one too. */
  async rotateSecret(webhookId: string, rotate: SecretRotate = {}, options?: RequestOptions): Promise<RotatedSecret> {
    const at = path`/webhooks/${webhookId}/secret/rotate`
    return this.#http.request({ method: 'POST', path: at, body: rotate }, options)
  }

  async createSubscription(
    webhookId: string,
    subscription: SubscriptionCreate,
    options?: RequestOptions,
  ): Promise<Subscription> {
    const at = path`/webhooks/${webhookId}/subscriptions`
    return this.#http.request({ method: 'POST', path: at, body: subscription }, options)
  }

  listSubscriptions(
    webhookId: string,
    query?: ListSubscriptionsQuery,
    options?: RequestOptions,
  ): List<Subscription, PageMeta> {
    return list(this.#http, path`/webhooks/${webhookId}/subscriptions`, query, options)
  }

  async getSubscription(webhookId: string, subscriptionId: string, options?: RequestOptions): Promise<Subscription> {
    const at = path`/webhooks/${webhookId}/subscriptions/${subscriptionId}`
    return this.#http.request({ method: 'GET', path: at }, options)
  }

  async updateSubscription(
    webhookId: string,
    subscriptionId: string,
    changes: SubscriptionUpdate,
    options?: RequestOptions,
  ): Promise<Subscription> {
    const at = path`/webhooks/${webhookId}/subscriptions/${subscriptionId}`
    return this.#http.request({ method: 'PATCH', path: at, body: changes }, options)
  }

  async deleteSubscription(webhookId: string, subscriptionId: string, options?: RequestOptions): Promise<void> {
    const at = path`/webhooks/${webhookId}/subscriptions/${subscriptionId}`
    return this.#http.request({ method: 'DELETE', path: at }, options)
  }

  listDeliveries(
    webhookId: string,
    query?: ListWebhookDeliveriesQuery,
    options?: RequestOptions,
  ): List<DeliverySummary, HistoryMeta> {
    return list(this.#http, path`/webhooks/${webhookId}/deliveries`, query, options)
  }

  /** A delivery with the request and the response of its last attempt. */
  async getDelivery(webhookId: string, deliveryId: string, options?: RequestOptions): Promise<Delivery> {
    const at = path`/webhooks/${webhookId}/deliveries/${deliveryId}`
    return this.#http.request({ method: 'GET', path: at }, options)
  }

  listAttempts(
    webhookId: string,
    deliveryId: string,
    query?: HistoryQuery,
    options?: RequestOptions,
  ): List<Attempt, HistoryMeta> {
    return list(this.#http, path`/webhooks/${webhookId}/deliveries/${deliveryId}/attempts`, query, options)
  }

  /** Has a delivery sent again now, also one that succeeded or failed. */
  async retryDelivery(webhookId: string, deliveryId: string, options?: RequestOptions): Promise<DeliverySummary> {
    const at = path`/webhooks/${webhookId}/deliveries/${deliveryId}/retry`
    return this.#http.request({ method: 'POST', path: at }, options)
  }

  /** Sends again, or for the first time, what the webhook did not get in a range of time. `dryRun: true` only counts. */
  async createReplay(webhookId: string, replay: ReplayCreate, options?: RequestOptions): Promise<Replay> {
    const at = path`/webhooks/${webhookId}/replays`
    return this.#http.request({ method: 'POST', path: at, body: replay }, options)
  }

  /** Newest first. */
  listReplays(webhookId: string, query?: PageQuery, options?: RequestOptions): List<Replay, PageMeta> {
    return list(this.#http, path`/webhooks/${webhookId}/replays`, query, options)
  }

  /** A replay with its progress. */
  async getReplay(webhookId: string, replayId: string, options?: RequestOptions): Promise<Replay> {
    const at = path`/webhooks/${webhookId}/replays/${replayId}`
    return this.#http.request({ method: 'GET', path: at }, options)
  }

  /**
   * The loop of a consumer, for a webhook of kind `pull`: `for await (const item of client.webhooks.pull(id)) …`. It leases deliveries,
   * extends the leases while they are worked on, and acknowledges each when the loop's body goes on. A `break`, or an error in the
   * body, releases what was not acknowledged. It waits for what comes, and goes on by itself when the service was away; it throws
   * what waiting does not help (a wrong key, a webhook that is gone).
   */
  pull(webhookId: string, options?: PullOptions): AsyncGenerator<PulledItem, void, undefined> {
    return pull(this.#http, webhookId, options)
  }

  /** Leases deliveries that are due: one step of what `pull` does by itself. */
  async pullDeliveries(webhookId: string, wanted: Pull = {}, options?: RequestOptions): Promise<PulledDeliveries> {
    return this.#http.request({ method: 'POST', path: path`/webhooks/${webhookId}/pull`, body: wanted }, options)
  }

  /** Says what became of leased deliveries, and learns which results counted. */
  async recordPullResults(webhookId: string, results: PullResults, options?: RequestOptions): Promise<RecordedResults> {
    const at = path`/webhooks/${webhookId}/pull/results`
    return this.#http.request({ method: 'POST', path: at, body: results }, options)
  }

  /** Keeps a leased delivery for longer. */
  async extendPullLease(
    webhookId: string,
    extension: LeaseExtension,
    options?: RequestOptions,
  ): Promise<ExtendedLease> {
    const at = path`/webhooks/${webhookId}/pull/extend`
    return this.#http.request({ method: 'POST', path: at, body: extension }, options)
  }

  /** Stops a replay. What it has queued is still sent. */
  async cancelReplay(webhookId: string, replayId: string, options?: RequestOptions): Promise<void> {
    const at = path`/webhooks/${webhookId}/replays/${replayId}`
    return this.#http.request({ method: 'DELETE', path: at }, options)
  }

  /** What was sent, how it ended, how long it took, and what waits; by hours of the last day, unless the query says otherwise. */
  async stats(webhookId: string, query: StatisticsQuery = {}, options?: RequestOptions): Promise<Statistics> {
    return this.#http.request({ method: 'GET', path: path`/webhooks/${webhookId}/stats`, query }, options)
  }
}
