// Owns the rows from which the planner learns what a new partition will look like.
//
// Without statistics every index that begins with the workspace looks as good as the one on the id, and a plan that was
// made in the first minutes of a day read all rows of a workspace for each of them: 660 results a second instead of 10,000.
// So a partition is filled with a sample, analysed and emptied before it is attached; the statistics stay until the first
// analysis of its own rows. The sample is of one workspace and one webhook: for those no index but that on the id will do.
const ROWS = 2000
const STATUS = `CASE i % 20 WHEN 0 THEN 'queued' WHEN 1 THEN 'failed' WHEN 2 THEN 'sending' ELSE 'success' END`

export const SAMPLES = {
  events: `(workspace_id, day, seq, id, type, created_at, accepted_at, delivery_count, body)
    SELECT 'w', $day, i, 'e' || i, 't' || i % 10, i, i, 1, repeat('x', 600)`,
  deliveries: `(workspace_id, day, seq, id, webhook_id, event_id, event_seq, event_key, status, "trigger", attempts,
    scheduled_attempts, created_at, updated_at, awaits_turn, next_attempt_at, lease_token)
    SELECT 'w', $day, i, 'd' || i, 'h', 'e' || i, i, 't' || i % 10, ${STATUS}, 'automatic', 1, 1, i, i, 0,
      CASE i % 20 WHEN 0 THEN i END, 'l' || i / 100`,
  attempts: `(workspace_id, day, delivery_id, number, "trigger", started_at, duration_ms, outcome, timings, request_headers)
    SELECT 'w', $day, 'd' || i, 1, 'automatic', i, 1, 'answered', repeat('x', 60), repeat('x', 300)`,
} as const

/**
 * The statements of PL/pgSQL that leave the statistics and no row. Emptied in a subtransaction of its own (the block with
 * EXCEPTION), the table is one whose size is unknown, not one that is known to be empty.
 *
 * @param table empty, with the columns of `of`
 */
export function learn(table: string, of: keyof typeof SAMPLES, day: number): string {
  const rows = SAMPLES[of].replace('$day', String(day))
  return `INSERT INTO ${table} ${rows} FROM generate_series(1, ${ROWS}) i; ANALYZE ${table};
    BEGIN TRUNCATE ${table}; EXCEPTION WHEN division_by_zero THEN RAISE; END;`
}
