// Owns the check of the statistics when everything has ended: they are what was recorded, whatever crashed, was erased or pruned since.
// Says once more, and in other words than the code under test, how what was recorded is counted.
import { attemptsOf, readCells } from '@timbre/server/insight/statistics/cells.ts'
import type { Ledger } from '../ledger.ts'

/** Of each delivery as it was recorded, by its webhook and by its workspace. */
type Counts = Map<string, Map<string, number>>

/** All that was counted: days are kept for longer than a run lasts. Of a workspace, also what is not folded yet. */
const COUNTED = `
SELECT workspace_id, webhook_id, cells FROM statistics_buckets WHERE size = 'day'
UNION ALL SELECT workspace_id, webhook_id, cells FROM statistics_increments
UNION ALL SELECT workspace_id, '', cells FROM statistics_increments`

interface CountedRow {
  readonly workspace_id: string
  readonly webhook_id: string
  readonly cells: string
}

export function checkStatistics({ database, deliveries, webhooks, trace }: Ledger): void {
  const recorded: Counts = new Map()
  for (const { workspaceId, webhookId, recorded: attempts, endedByDeletion } of deliveries.values()) {
    // What a webhook had is its workspace's alone once it is deleted.
    for (const of of webhooks.newest(webhookId).isDeleted ? [workspaceId] : [webhookId, workspaceId]) {
      for (const { attempt, became } of attempts) {
        add(recorded, of, attempt, 1)
        if (became !== 'queued') add(recorded, of, became, 1)
      }
      if (endedByDeletion) add(recorded, of, 'failed', 1)
    }
  }
  const counted: Counts = new Map()
  for (const row of database.rows<CountedRow>(COUNTED)) addRow(counted, row)
  for (const [of, counts] of recorded) {
    const [is, should] = [textOf(counted.get(of)), textOf(counts)]
    if (is !== should) trace.violate(`the statistics of ${of} say ${is}; what was recorded is ${should}`)
  }
}

function addRow(counted: Counts, row: CountedRow): void {
  const of = row.webhook_id === '' ? row.workspace_id : row.webhook_id
  const cells = readCells(row.cells)
  for (const { outcome, status, count } of attemptsOf(cells)) add(counted, of, `${outcome} ${status ?? ''}`, count)
  for (const [name, count] of cells) if (name === 'success' || name === 'failed') add(counted, of, name, count)
}

function add(counts: Counts, of: string, name: string, count: number): void {
  const own = counts.get(of) ?? new Map<string, number>()
  own.set(name, (own.get(name) ?? 0) + count)
  counts.set(of, own)
}

function textOf(counts: ReadonlyMap<string, number> = new Map()): string {
  return JSON.stringify([...counts].sort(([a], [b]) => (a < b ? -1 : 1)))
}
