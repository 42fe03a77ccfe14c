// Owns the rows of the table of routes under "Statistics".
import Type from 'typebox'
import { Closed, Words } from '../schema.ts'
import { BUCKET_SIZES, Statistics } from '../statistics.ts'
import type { Route } from './route.ts'
import { timeRange, WebhookParams } from './route-parts.ts'

/** Whole buckets: from that in which `since` lies to that in which `until` lies, which is now if it is omitted. */
export const StatisticsQuery = Closed({
  ...timeRange,
  bucket: Type.Optional(
    Words(BUCKET_SIZES, {
      description:
        'How wide a bucket is; omitted: `1h`. `1m` and `5m` are kept for 2 days, `1h` for 35, `1d` (of UTC) for 400. Without `since`: the last hour, 6 hours, day, or 30 days, in this order. At most 750 buckets in one response, and 300 of `5m`',
    }),
  ),
})

export const STATISTICS_ROUTES = {
  getStatistics: {
    method: 'GET',
    path: '/v1/stats',
    tag: 'Statistics',
    summary: 'Get the statistics of the workspace',
    scope: 'webhooks:read',
    capability: 'view',
    query: StatisticsQuery,
    status: 200,
    response: Statistics,
  },
  getWebhookStatistics: {
    method: 'GET',
    path: '/v1/webhooks/:webhookId/stats',
    tag: 'Statistics',
    summary: "Get a webhook's statistics",
    scope: 'webhooks:read',
    capability: 'view',
    params: WebhookParams,
    query: StatisticsQuery,
    status: 200,
    response: Statistics,
  },
} as const satisfies Readonly<Record<string, Route>>
