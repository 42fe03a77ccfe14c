// Owns `timbre attempts`: every request of a delivery.
import { colours } from '../frame/colours.ts'
import { wholeNumber } from '../frame/options.ts'
import { TimbreCommand } from '../frame/timbre-command.ts'
import { type HistoryOptions, MORE, maxOf } from './history-options.ts'
import { attemptLines } from './present/attempts.ts'
import { withServer } from './with-server.ts'

export function attemptsCommand(): TimbreCommand {
  return withServer<HistoryOptions>(
    new TimbreCommand('attempts')
      .description('Every request of a delivery: when, how it ended, how long each phase took')
      .argument('<delivery>', 'its id')
      .option('--max <number>', 'how many at most, the newest', wholeNumber(1, 1_000_000), 50)
      .option('--all', 'however many there are')
      .example('timbre attempts dlv_01J7W8A4XK0N5Y6Z7Q8P9R0S1T'),
    async (server, options, id = '') => {
      const { client, out } = server
      const { webhookId } = await server.client.deliveries.get(id)
      const max = maxOf(options) ?? Number.POSITIVE_INFINITY
      const attempts = []
      let hasMore = false
      for await (const attempt of client.webhooks.listAttempts(webhookId, id, { limit: 250 })) {
        hasMore = attempts.length === max
        if (hasMore) break
        attempts.push(attempt)
      }
      if (out.isJson) for (const attempt of attempts) out.json(attempt)
      else if (attempts.length === 0) out.say('There was no attempt yet.')
      else for (const line of attemptLines(attempts)) out.say(line)
      if (hasMore) out.say(colours.dim(MORE))
    },
  )
}
