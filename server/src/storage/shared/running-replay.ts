// Owns the row of a replay that is under way, as both backends read it: what it asks for, how far it came, and how much it may queue.
import type { ReplaySelection } from '@timbre/contract/replay.ts'
import type { ReplayBounds, ReplayScope, ReplayWalk } from '../storage.ts'

export interface RunningRow {
  readonly workspaceId: string
  readonly webhookId: string
  readonly since: number
  readonly until: number
  /** JSON of a list; null: all. */
  readonly eventKeys: string | null
  readonly only: ReplaySelection
  readonly position: number | null
  readonly end: number | null
}

export function scopeOf({ eventKeys, position: _, end: __, ...same }: RunningRow): ReplayScope {
  // Written by queries/replays.ts.
  return { ...same, eventKeys: eventKeys === null ? null : (JSON.parse(eventKeys) as string[]) }
}

/** Undefined: it has not begun. */
export function walkOf({ position, end }: RunningRow): ReplayWalk | undefined {
  return position === null || end === null ? undefined : { position, end }
}

/** How many deliveries a step may queue beside those that are due already. */
export function stepCapacity({ queueMax, dueMax }: ReplayBounds, due: number): number {
  return Math.max(Math.min(queueMax, dueMax - due), 0)
}
