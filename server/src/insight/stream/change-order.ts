// Owns the order of positions in the log of changes of one workspace.
import { type ChangePosition, WHOLE_ROW } from '../../storage/storage.ts'

/** Negative: `a` is before `b`; 0: they are the same place. */
export function compareChanges(a: ChangePosition, b: ChangePosition): number {
  return a.tx - b.tx || a.seq - b.seq || withinRow(a) - withinRow(b)
}

function withinRow({ nth }: ChangePosition): number {
  return nth === WHOLE_ROW ? Number.MAX_SAFE_INTEGER : nth
}
