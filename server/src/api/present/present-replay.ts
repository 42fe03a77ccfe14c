// Owns how a replay is shown.
import type { Replay } from '@timbre/contract/replay.ts'
import type { ReplayRow } from '../../storage/storage.ts'
import { isoTime, isoTimeOrNull } from './iso-time.ts'

export function presentReplay(row: ReplayRow): Replay {
  return {
    id: row.id,
    webhookId: row.webhookId,
    since: isoTime(row.since),
    until: isoTime(row.until),
    eventKeys: row.eventKeys === null ? null : [...row.eventKeys],
    only: row.only,
    dryRun: false,
    status: row.status,
    matched: row.matched,
    matchedIsExact: row.matchedIsExact,
    queued: row.queued,
    createdAt: isoTime(row.createdAt),
    updatedAt: isoTime(row.updatedAt),
    finishedAt: isoTimeOrNull(row.finishedAt),
  }
}

/** A dry run has ended when it is answered: nothing of it is kept. */
export function presentDryRun(row: ReplayRow): Replay {
  return { ...presentReplay(row), dryRun: true, status: 'finished', finishedAt: isoTime(row.createdAt) }
}
