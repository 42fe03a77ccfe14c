// Owns `timbre stats`: what was sent in a range of time, how it ended, how long it took, and what waits.
import type { Statistics, StatisticsBucket, StatisticsCounts, StatisticsQuery } from '@getsupervisor/agents-studio-sdk'
import { Option } from 'commander'
import { colours } from '../frame/colours.ts'
import { timeOption } from '../frame/options.ts'
import { type Cell, textTable } from '../frame/text-table.ts'
import { TimbreCommand } from '../frame/timbre-command.ts'
import { durationText, timeText } from '../frame/times.ts'
import { now } from '../frame/world.ts'
import { type Server, withServer } from './with-server.ts'

const BUCKETS = ['1m', '5m', '1h', '1d'] as const
const HEAD = ['from (UTC)', 'attempts', '2xx', 'arrived', 'given up', 'p50', 'p95', 'p99', 'no response']

interface StatsOptions {
  readonly webhook?: string
  readonly since?: string
  readonly until?: string
  readonly bucket?: (typeof BUCKETS)[number]
}

export function statsCommand(): TimbreCommand {
  return withServer<StatsOptions>(
    new TimbreCommand('stats')
      .description('What was sent, how it ended, how long it took, and what waits; of the workspace, or of one webhook')
      .option('--webhook <id>', 'of this webhook only')
      .option('--since <time>', 'from then on; else the last day', timeOption)
      .option('--until <time>', 'until then', timeOption)
      .addOption(new Option('--bucket <width>', 'how wide a row is; else 1h').choices([...BUCKETS]))
      .example('timbre stats --webhook wh_01J7W8A4XK0N5Y6Z7Q8P9R0S1T --bucket 5m'),
    stats,
  )
}

async function stats({ client, out }: Server, options: StatsOptions): Promise<void> {
  const { webhook, since, until, bucket } = options
  const query: StatisticsQuery = {
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(bucket === undefined ? {} : { bucket }),
  }
  const found = webhook === undefined ? await client.stats.get(query) : await client.webhooks.stats(webhook, query)
  if (out.isJson) return out.json(found)
  for (const line of [...tableLines(found), '', ...backlogLines(found)]) out.say(line)
}

function tableLines({ buckets, total, since }: Statistics): string[] {
  if (buckets.length === 0) return [`Nothing was sent since ${timeText(since)} UTC.`]
  const rows = [
    ...buckets.map(({ start, counts }: StatisticsBucket) => [timeText(start), ...cells(counts)]),
    ['total', ...cells(total)],
  ]
  return textTable(HEAD, rows, {
    right: [1, 2, 3, 4, 5, 6, 7],
    styleHead: colours.dim,
    lineWidth: process.stdout.columns,
  })
}

function cells(counts: StatisticsCounts): (string | Cell)[] {
  const { attempts, succeeded, deliveriesSucceeded, deliveriesFailed, latency, attemptsByOutcome } = counts
  const percent = attempts === 0 ? 100 : Math.floor((succeeded / attempts) * 100)
  const quantile = (name: 'p50' | 'p95' | 'p99') => (latency.total === null ? '–' : durationText(latency.total[name]))
  const unanswered = Object.entries(attemptsByOutcome).filter(([outcome, count]) => outcome !== 'answered' && count > 0)
  return [
    String(attempts),
    { text: `${percent} %`, style: percent < 100 ? colours.yellow : colours.green },
    String(deliveriesSucceeded),
    { text: String(deliveriesFailed), style: deliveriesFailed > 0 ? colours.red : String },
    quantile('p50'),
    quantile('p95'),
    quantile('p99'),
    unanswered.map(([outcome, count]) => `${outcome} ${count}`).join(', '),
  ]
}

function backlogLines({ backlog }: Statistics): string[] {
  const { pending, pendingIsExact, oldestPendingAt, nextAttemptAt, drainSeconds } = backlog
  if (pending === 0) return ['Nothing waits.']
  const parts = [
    `${pending}${pendingIsExact ? '' : '+'} wait or are being sent`,
    ...(oldestPendingAt === null ? [] : [`the oldest for ${durationText(now() - Date.parse(oldestPendingAt))}`]),
    ...(nextAttemptAt === null ? [] : [`the next at ${timeText(nextAttemptAt)} UTC`]),
    ...(drainSeconds === null ? [] : [`at the present pace done in ${durationText(drainSeconds * 1000)}`]),
  ]
  return [`${parts.join('; ')}.`]
}
