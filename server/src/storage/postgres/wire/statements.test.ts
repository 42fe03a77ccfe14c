// Owns the tests of the statements as texts: each names the workspace of every row it touches, so that a distributed PostgreSQL
// can keep workspaces apart; those on the hot path without an exception.
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest'
import { Fixture } from '../../conformance/fixture.ts'
import { EXCUSED, everyStatement, TENANT_TABLES } from '../testing/test-statements.ts'
import { SharedDatabase } from '../testing/test-storage-on-database.ts'
import { Session } from './session.ts'
import type { Statement } from './statement.ts'

/** The hot path. No excuse counts here. */
const HOT: Readonly<Record<string, readonly string[]>> = {
  accept: [
    ...['forget_expired', 'claim_keys', 'find_responses', 'save_responses'],
    ...['insert_ids', 'find_events', 'order_of_calls', 'insert_events', 'insert_deliveries'],
  ],
  match: ['match', 'match_tests'],
  claim: ['claim', 'settle_marks'],
  record: ['end_attempts', 'note_due', 'write_health', 'advance_calls', 'disable', 'note_disabled'],
  release: ['release'],
  pull: ['pull_webhook', 'due_pulled', 'next_pulled', 'lease_pulled', 'pull_leases_of_webhook', 'remove_pull_leases'],
}
/** A consumer is given a delivery, and says that it is done. */
async function pullOne(fixture: Fixture): Promise<void> {
  const { storage, workspaceId, now } = fixture
  const { id: webhookId } = await fixture.addWebhook({ kind: 'pull', ordering: 'call' })
  await fixture.accept([fixture.event({ callId: 'c' })])
  const { due } = await storage.peekPull({ workspaceId, webhookId, limit: 9, leasesMax: 9, envelopeBytesMax: 999 }, now)
  const terms = { leasedAt: now, leaseUntil: now + 1, requestHeaders: '{}', remoteAddress: null, requestKey: null }
  await storage.leasePulled(
    due.map((delivery) => ({ ...delivery, ...terms, leaseToken: delivery.id })),
    9,
    now,
  )
  for (const lease of await storage.listPullLeases(workspaceId, webhookId))
    await fixture.record(fixture.result(lease, { isPulled: true }))
}

/** Beside these, who has something due: it is excused. */
const WALK = ['due_webhooks', 'merge_marks']

const statements = await everyStatement()
const hot = Object.values(HOT).flat()

/**
 * The tables of which a statement reads or writes rows without naming their workspace: by a parameter, by rows that were
 * given or found before, or by another table whose workspace is named.
 */
function tablesWithoutWorkspace({ name, text }: Statement<unknown>): string[] {
  const mentions = mentionsIn(text)
  const excused = EXCUSED[name]?.tables ?? []
  const ofTables = new Set(mentions.map(({ alias }) => alias))
  const named = new Set(
    mentions.filter(({ table }) => excused.some((each) => each === table)).map(({ alias }) => alias),
  )
  const isNamed = (alias: string) => {
    const column = alias === '' ? '(?<![.\\w])workspace_id' : `\\b${alias}\\.workspace_id`
    const others = [
      ...text.matchAll(new RegExp(`${column} = (\\$\\d|\\w+(?=\\.workspace_id))`, 'g')),
      ...text.matchAll(new RegExp(`(\\w+)\\.workspace_id = ${column}\\b`, 'g')),
    ]
    return others.some(([, other = '']) => !ofTables.has(other) || named.has(other))
  }
  for (const _ of mentions) for (const { alias } of mentions) if (isNamed(alias)) named.add(alias)
  const unnamed = mentions.filter(({ verb, table, alias }) =>
    verb === 'INSERT INTO' ? !new RegExp(`INSERT INTO ${table} \\(workspace_id`).test(text) : !named.has(alias),
  )
  return [...new Set(unnamed.map(({ table }) => table))]
}

function mentionsIn(text: string) {
  const mention = new RegExp(
    `\\b(INSERT INTO|DELETE FROM|UPDATE|FROM|JOIN|USING) (${TENANT_TABLES.join('|')})\\b(?: (?!WHERE|SET|ON|ORDER|CROSS|LEFT|JOIN|USING)(\\w+))?`,
    'g',
  )
  return [...text.matchAll(mention)].map(([, verb = '', table = '', alias = '']) => ({ verb, table, alias }))
}

describe('every statement', () => {
  test('has a name of its own', () => {
    const names = statements.map(({ name }) => name)
    expect(names.length).toBeGreaterThan(40)
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  })

  test.each(statements.map((statement) => [statement.name, statement] as const))(
    '%s names the workspace wherever it is not excused from it',
    (_, statement) => {
      expect(tablesWithoutWorkspace(statement)).toEqual([])
    },
  )

  test('is not excused without being there, and without the need for it', () => {
    const needed = statements
      .filter(({ name }) => name in EXCUSED)
      .filter(({ text }) => {
        return tablesWithoutWorkspace({ name: '', text, arrays: new Map(), isPlannedOnce: false }).length > 0
      })
    expect(needed.map(({ name }) => name).toSorted()).toEqual(Object.keys(EXCUSED).toSorted())
  })
})

describe('a statement on the hot path', () => {
  test.each(Object.entries(HOT))('%s is not excused from naming the workspace', (_, names) => {
    expect(names.filter((name) => name in EXCUSED)).toEqual([])
    expect(names.filter((name) => !statements.some((statement) => statement.name === name))).toEqual([])
  })

  test('that does not name the workspace is found out', () => {
    const find = (name: string) => statements.find((statement) => statement.name === name) as Statement<unknown>
    const without = (name: string, words: string) => {
      expect(find(name).text).toContain(words)
      return tablesWithoutWorkspace({ ...find(name), text: find(name).text.replace(words, 'true') })
    }
    expect(without('claim', 'd.workspace_id = wanted.workspace_id')).toEqual(['deliveries'])
    expect(without('match', 's.workspace_id = q.workspace_id')).toEqual(['subscriptions', 'webhooks'])
    expect(without('end_attempts', 'd.workspace_id = r.workspace_id')).toEqual(['deliveries'])
    expect(without('release', 'd.workspace_id = q.workspace_id')).toEqual(['deliveries'])
    expect(without('take_replay', 'workspace_id = $1')).toEqual(['replays'])
  })

  describe('is one of those that its calls run', () => {
    let database: SharedDatabase
    beforeAll(async () => {
      database = await SharedDatabase.make(inject('postgresUrl'), inject('postgresTemplate'))
    })
    afterAll(() => database.drop())

    test('with keys, tests, calls in order, failures and a webhook that is disabled', async () => {
      const fixture = await Fixture.make(() => database.storage())
      const { storage, workspaceId } = fixture
      const webhook = await fixture.addWebhook({ ordering: 'call' })
      const run = new Set<string>()
      const spies = (['all', 'run'] as const).map((method) => vi.spyOn(Session.prototype, method))
      const event = fixture.event({ callId: 'c' })
      const request = {
        workspaceId,
        events: [event],
        idempotency: { workspaceId, credential: 'admin', key: 'k', requestHash: 'h', expiresAt: fixture.now + 1000 },
      }
      await storage.acceptEvents([request, request], fixture.noCapacity())
      await storage.acceptEvents([request], fixture.noCapacity())
      await fixture.accept([event, fixture.event({ callId: 'c' }), fixture.event({ testOf: webhook.id })])
      const claimed = await fixture.claim()
      const [one] = claimed
      if (one === undefined) throw new Error('There is something due.')
      await fixture.record(
        fixture.failure(one, {
          disableWebhook: 'gone',
          announce: [fixture.event()],
          status: 'failed',
          nextAttemptAt: null,
        }),
      )
      await storage.releaseDeliveries([one], fixture.now)
      await pullOne(fixture)
      for (const spy of spies)
        for (const [{ name, text }] of spy.mock.calls) if (mentionsIn(text).length > 0) run.add(name)
      vi.restoreAllMocks()
      expect([...run].filter((name) => !hot.includes(name))).toEqual(expect.arrayContaining(['due_webhooks']))
      expect([...run].filter((name) => !hot.includes(name) && !WALK.includes(name))).toEqual([])
      expect(hot.filter((name) => !run.has(name))).toEqual([])
    })
  })
})
