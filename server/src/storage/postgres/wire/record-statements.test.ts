// Owns the test that what is listed or looked up names its workspace, as PostgreSQL is asked for it. Needs no database.
import { type Dialect, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely'
import { describe, expect, test } from 'vitest'
import { type Records, records } from '../../queries/records.ts'
import { PARTITION_KEYS } from '../schema/row-keys.ts'
import { ReadingDriver } from '../testing/reading-driver.ts'
import { TENANT_TABLES } from '../testing/test-statements.ts'

const W = 'workspace'
const ID = '01890a5d-ac96-774b-bcce-b302099a8057'
const PAGE = { page: 1, limit: 10 }
const HISTORY = { limit: 10, before: 5 }
const RANGE = { since: 1, until: 2 }

const READS: Readonly<Record<string, (from: Records) => Promise<unknown>>> = {
  findWorkspace: (from) => from.findWorkspace(W),
  listApiKeys: (from) => from.listApiKeys(W, PAGE),
  listWebhooks: (from) => from.listWebhooks(W, PAGE),
  findWebhook: (from) => from.findWebhook(W, ID),
  loadTarget: (from) => from.loadTarget(W, ID),
  listSubscriptions: (from) => from.listSubscriptions(W, ID, true, PAGE),
  findSubscription: (from) => from.findSubscription(W, ID, ID),
  listEventTypes: (from) => from.listEventTypes(W, { offset: 1, limit: 9 }),
  findEventType: (from) => from.findEventType(W, 'own.type'),
  listEvents: (from) => from.listEvents(W, {}, HISTORY),
  'listEvents of a type and a time': (from) => from.listEvents(W, { type: 'own.type', ...RANGE }, HISTORY),
  'listEvents of an id': (from) => from.listEvents(W, { id: 'evt_1', callId: 'call' }, HISTORY),
  listCalls: (from) => from.listCalls(W, {}, HISTORY),
  'listCalls of a time': (from) => from.listCalls(W, RANGE, HISTORY),
  findCall: (from) => from.findCall(W, 'call'),
  listDeliveriesOfEvents: (from) => from.listDeliveriesOfEvents(W, [{ id: 'evt_1', seq: 1 }], 9),
  listDeliveryStatuses: (from) => from.listDeliveryStatuses(W, [{ id: 'evt_1', seq: 1 }], 9),
  listAttemptsOfDeliveries: (from) => from.listAttemptsOfDeliveries(W, [{ id: ID, attempts: 1 }], 9),
  findEvent: (from) => from.findEvent(W, 'evt_1'),
  listCandidates: (from) => from.listCandidates(W, 'k', 9),
  listDeliveries: (from) => from.listDeliveries(W, {}, HISTORY),
  'listDeliveries of a status and a time': (from) => from.listDeliveries(W, { status: 'failed', ...RANGE }, HISTORY),
  'listDeliveries of a webhook': (from) => from.listDeliveries(W, { webhookId: ID, status: 'sending' }, HISTORY),
  'listDeliveries of an event': (from) => from.listDeliveries(W, { eventId: 'evt_1', status: 'queued' }, HISTORY),
  findDelivery: (from) => from.findDelivery(W, ID, ID),
  listAttempts: (from) => from.listAttempts(W, ID, HISTORY),
  listReplays: (from) => from.listReplays(W, ID, PAGE),
  findReplay: (from) => from.findReplay(W, ID, ID),
  nextAttemptOf: (from) => from.nextAttemptOf(W, ID),
  listChangesOf: (from) => from.listChangesOf(W, ID, 1),
  findSource: (from) => from.findSource(W, ID),
  findSourceByToken: (from) => from.findSourceByToken(W, 'token'),
  listSources: (from) => from.listSources(W, PAGE),
  lastSignals: (from) => from.lastSignals(W, [ID]),
  listRefusedRequests: (from) => from.listRefusedRequests(W, ID),
  listSignals: (from) => from.listSignals(W, 'call', 9),
  listSignalsOfSource: (from) => from.listSignalsOfSource(W, ID, 9),
  summarizeTrackedCalls: (from) => from.summarizeTrackedCalls(W, ['call'], 9),
  listTrackedCalls: (from) => from.listTrackedCalls(W, 'call'),
  listAuditEntries: (from) => from.listAuditEntries(W, HISTORY),
  findResponse: (from) => from.findResponse({ workspaceId: W, credential: ID, key: 'k', requestHash: 'h' }, 1),
}

/** Answers what a count, a search by time and the lookup of a delivery go on with, and nothing else. */
const answerTo = (sql: string): unknown[] => {
  if (/^select count\(|max\(seq\)|order by seq limit 1/.test(sql)) return [{ total: 0, seq: 4, at: 1 }]
  return /from "deliveries"/.test(sql) ? [{ seq: 4, event_id: 'evt_1' }] : /"body"/.test(sql) ? [{ body: '{}' }] : []
}

async function statementsOf(read: (from: Records) => Promise<unknown>): Promise<readonly string[]> {
  const asked: string[] = []
  const driver = new ReadingDriver((sql) => {
    asked.push(sql)
    return answerTo(sql)
  })
  const dialect: Dialect = {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => driver,
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  }
  await read(records(dialect, PARTITION_KEYS))
  return asked
}

/** Each table that is read, with what is said of its rows before the next one begins. */
function tablesWithoutWorkspace(sql: string): string[] {
  const [, ...parts] = sql.split(/\bfrom /)
  return parts.flatMap((part) => {
    const table = /^"?(\w+)/.exec(part)?.[1] ?? ''
    const key = table === 'workspaces' ? /"id" = \$\d/ : /\bworkspace_id"? = \$\d/
    return !TENANT_TABLES.some((name) => name === table) || key.test(part) ? [] : [table]
  })
}

describe('what is listed or looked up', () => {
  test.each(Object.entries(READS))('%s names the workspace in every statement', async (_, read) => {
    const asked = await statementsOf(read)
    expect(asked.length).toBeGreaterThan(0)
    expect(asked.flatMap(tablesWithoutWorkspace)).toEqual([])
  })

  test('is found out when it does not', () => {
    expect(tablesWithoutWorkspace('select * from "webhooks" where "id" = $1')).toEqual(['webhooks'])
    const inside = 'select * from "events" where "workspace_id" = $1 and (day, seq) = (select day, seq from event_ids)'
    expect(tablesWithoutWorkspace(inside)).toEqual(['event_ids'])
  })
})
