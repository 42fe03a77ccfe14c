// Owns the tool that counts: what was sent, how it ended, how long it took, what waits.
import { Closed, Words } from '@timbre/contract/schema.ts'
import { BUCKET_SIZES } from '@timbre/contract/statistics.ts'
import Type from 'typebox'
import { Id } from '../present/ids.ts'
import { timeInput } from '../present/page.ts'
import { ShownStatistics, shownStatistics } from '../present/statistics.ts'
import { tool } from '../tool.ts'

export const statistics = tool({
  name: 'statistics',
  title: 'Statistics',
  description:
    'What was sent in a range of time, how it ended, how long it took, and what waits; of the workspace, or of one webhook. Omitted: the last day by hours.',
  input: Closed({
    webhookId: Type.Optional(Id('Omitted: the whole workspace')),
    bucket: Type.Optional(Words(BUCKET_SIZES, { description: 'Omitted: 1h' })),
    ...timeInput,
  }),
  output: ShownStatistics,
  routes: ['getStatistics', 'getWebhookStatistics'],
  effect: 'reads',
  async run({ webhookId, ...query }, { client, signal }) {
    const found =
      webhookId === undefined
        ? await client.stats.get(query, { signal })
        : await client.webhooks.stats(webhookId, query, { signal })
    return shownStatistics(found)
  },
})
