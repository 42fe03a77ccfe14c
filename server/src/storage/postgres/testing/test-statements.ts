// Owns what tests ask of the statements as a whole: all there are, and which tables keep the rows of a workspace.
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Statement } from '../wire/statement.ts'

/** Of which every row is of one workspace. */
export const TENANT_TABLES = [
  'workspaces',
  'webhooks',
  'subscriptions',
  'event_types',
  'event_ids',
  'events',
  'deliveries',
  'attempts',
  'due_marks',
  'pull_leases',
  'replays',
  'audit_entries',
  'idempotency_keys',
  'webhook_counters',
  'statistics_increments',
  'statistics_buckets',
  'sources',
  'source_calls',
  'source_signals',
  'refused_requests',
] as const

export type TenantTable = (typeof TENANT_TABLES)[number]

interface Excuse {
  readonly tables: readonly TenantTable[]
  readonly why: string
}

/**
 * What cannot know the workspace of the rows it reads in these tables. All of it looks for work, seldom or with a seek for
 * each webhook, and whatever follows from what it finds names the workspace.
 */
export const EXCUSED: Readonly<Record<string, Excuse>> = {
  due_webhooks: { tables: ['due_marks'], why: 'a node asks who has something due, in whatever workspace' },
  next_due_at: { tables: ['due_marks'], why: 'a node sleeps until anything is due' },
  merge_marks: { tables: ['due_marks'], why: 'a sweep: webhooks with many marks are looked for in all workspaces' },
  park_marks: { tables: ['due_marks'], why: 'a sweep: inactive webhooks are looked for in all workspaces' },
  complete_marks: { tables: ['deliveries'], why: 'a sweep: what has no mark is looked for in all workspaces' },
  rescue: {
    tables: ['deliveries'],
    why: 'a dead node held deliveries of any workspace, found by the token of the lease',
  },
  take_back: { tables: ['deliveries'], why: 'a commit of which nobody knows leased deliveries of any workspace' },
  ended_pull_leases: { tables: ['pull_leases'], why: 'a sweep: leases of consumers that ended, in whatever workspace' },
  next_pull_end: { tables: ['pull_leases'], why: 'a node sleeps until any lease of a consumer ends' },
  running: { tables: ['replays'], why: 'replays run in whatever workspace they were asked for' },
  end_orphans: { tables: ['webhooks'], why: 'a sweep: deleted webhooks are looked for in all workspaces' },
  remove_deleted_webhooks: { tables: ['webhooks'], why: 'a sweep: deleted webhooks are looked for in all workspaces' },
  webhooks_to_evaluate: { tables: ['webhooks'], why: 'a sweep: failing webhooks are looked for in all workspaces' },
  take_increments: {
    tables: ['statistics_increments'],
    why: 'a sweep: what was counted is folded for all workspaces',
  },
  newest_day: { tables: ['events'], why: 'once, at the start: what time it is for all workspaces' },
  next_workspace: { tables: ['workspaces'], why: 'a sweep goes from workspace to workspace' },
  longest_retention: { tables: ['workspaces'], why: 'a day is dropped for all workspaces at once' },
  unfinished_of_day: { tables: ['deliveries'], why: 'a day is dropped for all workspaces at once' },
  remove_ids_of_day: { tables: ['events'], why: 'a day is dropped for all workspaces at once, in order of workspace' },
}

export async function everyStatement(): Promise<Statement<unknown>[]> {
  const backend = fileURLToPath(new URL('..', import.meta.url))
  const files = readdirSync(backend, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !/test|^schema\/migrations\//.test(file),
  )
  const modules: Record<string, unknown>[] = await Promise.all(files.map((file) => import(`${backend}${file}`)))
  return modules.flatMap((module) => Object.values(module)).filter(isStatement)
}

function isStatement(value: unknown): value is Statement<unknown> {
  return typeof value === 'object' && value !== null && 'name' in value && 'text' in value
}
