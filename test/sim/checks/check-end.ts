// Owns the check of the whole database when everything has ended: nothing lost, nothing twice, every counter right.
import type { DeliveryHistory } from '../delivery-history.ts'
import type { Ledger } from '../ledger.ts'
import type { Model } from '../model.ts'
import { checkStatistics } from './check-statistics.ts'

interface EndedRow {
  readonly id: string
  readonly status: string
  readonly attempts: number
  readonly attempt_rows: number
  readonly last_number: number | null
  readonly lease_token: string | null
  readonly last_error: string | null
  readonly is_active: number
  readonly deleted_at: number | null
}

const DELIVERIES = `
SELECT d.id, d.status, d.attempts, d.lease_token, d.last_error, w.is_active, w.deleted_at,
  (SELECT count(*) FROM attempts a WHERE a.delivery_id = d.id) AS attempt_rows,
  (SELECT max(number) FROM attempts a WHERE a.delivery_id = d.id) AS last_number
FROM deliveries d JOIN webhooks w ON w.id = d.webhook_id ORDER BY d.seq`

const TWICE = `
SELECT event_id AS id, count(*) AS count FROM deliveries GROUP BY workspace_id, event_id, webhook_id HAVING count(*) > 1`

const COUNTS = `
SELECT e.id, e.delivery_count AS said, count(d.seq) AS found FROM events e
  LEFT JOIN deliveries d ON d.workspace_id = e.workspace_id AND d.event_id = e.id
GROUP BY e.seq`

const COUNTERS = `
SELECT w.id, w.success_count + coalesce(c.success_count, 0) AS success_count,
  w.failure_count + coalesce(c.failure_count, 0) AS failure_count,
  (SELECT count(*) FROM deliveries d WHERE d.webhook_id = w.id AND d.status = 'success') AS successes,
  (SELECT count(*) FROM deliveries d WHERE d.webhook_id = w.id AND d.status = 'failed') AS failures
FROM webhooks w LEFT JOIN webhook_counters c ON c.webhook_id = w.id`

const RUNNING = `
SELECT r.id FROM replays r JOIN webhooks w ON w.id = r.webhook_id WHERE r.status = 'running' AND w.is_active = 1`

/** The lease of a consumer ends with its delivery, or is given back with it. */
const LEASES_LEFT = `
SELECT l.delivery_seq AS place FROM pull_leases l LEFT JOIN deliveries d ON d.seq = l.delivery_seq
WHERE d.lease_token IS NOT l.lease_token`

interface CountersRow {
  readonly id: string
  readonly success_count: number
  readonly failure_count: number
  readonly successes: number
  readonly failures: number
}

export function checkEnd(ledger: Ledger, model: Model): void {
  checkAcknowledged(ledger, model)
  checkDeliveries(ledger)
  checkVanished(ledger)
  checkReplays(ledger)
  checkStatistics(ledger)
  const { database, trace } = ledger
  for (const { id, count } of database.rows<{ id: string; count: number }>(TWICE)) {
    trace.violate(`the event ${id} has ${count} deliveries to one webhook`)
  }
  for (const { id, said, found } of database.rows<{ id: string; said: number; found: number }>(COUNTS)) {
    if (said === found + ledger.events.removedOf(id)) continue
    trace.violate(`the event ${id} was answered with ${said} deliveries and has ${found}`)
  }
  for (const { place } of database.rows<{ place: number }>(LEASES_LEFT)) {
    trace.violate(`a consumer's lease is left of the delivery at ${place}, which it does not hold`)
  }
  for (const row of database.rows<CountersRow>(COUNTERS)) {
    const successes = row.successes + ledger.events.removedEnded(row.id, 'success')
    const failures = row.failures + ledger.events.removedEnded(row.id, 'failed')
    if (row.success_count === successes && row.failure_count === failures) continue
    const counters = `${row.success_count} successes and ${row.failure_count} failures`
    trace.violate(`${row.id} counts ${counters}; its rows are and were ${successes} and ${failures}`)
  }
}

function checkVanished({ database, trace, deliveries }: Ledger): void {
  const left = new Set(database.rows<{ id: string }>('SELECT id FROM deliveries').map(({ id }) => id))
  for (const { id, isRemoved } of deliveries.values()) {
    if (!isRemoved && !left.has(id)) trace.violate(`the delivery ${id} vanished`)
  }
}

/** A replay of an active webhook goes on until it is through. */
function checkReplays({ database, trace }: Ledger): void {
  for (const { id } of database.rows<{ id: string }>(RUNNING)) trace.violate(`the replay ${id} never ended`)
}

function checkAcknowledged({ database, trace, events }: Ledger, { published, keyed }: Model): void {
  const bodies = new Map<string, string>()
  for (const row of database.rows<{ workspace_id: string; id: string; body: string }>('SELECT * FROM events')) {
    bodies.set(`${row.workspace_id} ${row.id}`, row.body)
  }
  for (const { workspaceId, event, isAcknowledged } of published) {
    const body = bodies.get(`${workspaceId} ${event.id}`)
    if (isAcknowledged && body === undefined && !events.wasRemoved(workspaceId, event.id))
      trace.violate(`the acknowledged event ${event.id} was lost`)
    if (body !== undefined && body !== event.envelope) trace.violate(`the body of ${event.id} was changed`)
  }
  for (const { answer, workspaceId } of keyed) {
    for (const { id } of answer ?? []) {
      if (!bodies.has(`${workspaceId} ${id}`) && !events.wasRemoved(workspaceId, id))
        trace.violate(`the acknowledged event ${id} was lost`)
    }
  }
}

function checkDeliveries({ database, trace, deliveries }: Ledger): void {
  for (const row of database.rows<EndedRow>(DELIVERIES)) {
    const history = deliveries.get(row.id)
    const { id, status } = row
    if (history === undefined) {
      trace.violate(`the delivery ${id} came from nowhere`)
      continue
    }
    const mayWait = row.is_active === 0 && row.deleted_at === null
    if (status === 'sending' || (status === 'queued' && !mayWait)) trace.violate(`${id} never ended: it is ${status}`)
    if (status !== history.status) trace.violate(`${id} is ${status}; what was recorded makes it ${history.status}`)
    if (status === 'success' && !history.hasSucceeded) trace.violate(`${id} is a success that no receiver answered`)
    if (!hasItsAttempts(row, history)) {
      trace.violate(
        `${id} has ${row.attempt_rows} attempts, counts ${row.attempts}, and ${history.attempts} were recorded`,
      )
    }
    if ((status === 'sending') !== (row.lease_token !== null)) trace.violate(`${id} is ${status} with a wrong lease`)
  }
}

function hasItsAttempts(row: EndedRow, { attempts, mayLackAttempts }: DeliveryHistory): boolean {
  const areAllThere = row.attempt_rows === row.attempts && (row.last_number ?? 0) === row.attempts
  return row.attempts === attempts && (areAllThere || (mayLackAttempts && row.attempt_rows <= attempts))
}
