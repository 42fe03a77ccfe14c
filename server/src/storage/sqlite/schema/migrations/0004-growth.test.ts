import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { migrate, versionOf } from '../migrations.ts'
import { initial } from './0001-initial.ts'
import { replays } from './0002-replays.ts'
import { retention } from './0003-retention.ts'
import { growth } from './0004-growth.ts'

const BEFORE = [initial, replays, retention]
const HOUR_MS = 3_600_000

/** Events 1 to 3: of the time they were accepted, of an hour before, of a day before. */
function fillVersion3(db: DatabaseSync): void {
  db.exec(`INSERT INTO workspaces (id, name, created_at) VALUES ('w', 'Acme', 1)`)
  const event = db.prepare(`
    INSERT INTO events (workspace_id, id, type, created_at, accepted_at, delivery_count, body)
    VALUES ('w', ?, 'call.completed', ?, ?, 0, '{}')`)
  const acceptedAt = 100 * HOUR_MS
  for (const [index, hours] of [0, 1, 24].entries())
    event.run(`evt_${index + 1}`, acceptedAt - hours * HOUR_MS, acceptedAt)
}

test('a file of version 3 keeps its rows, and events with a time of their own are found by an index', () => {
  const db = new DatabaseSync(':memory:')
  migrate(db, 1, BEFORE)
  fillVersion3(db)
  const before = db.prepare('SELECT * FROM events').all()
  migrate(db, 2, [...BEFORE, growth])
  expect(versionOf(db)).toBe(4)
  expect(db.prepare('SELECT * FROM events').all()).toEqual(before)
  const own = db.prepare(`SELECT id FROM events INDEXED BY events_with_own_time
    WHERE workspace_id = 'w' AND abs(created_at - accepted_at) > ${HOUR_MS}`)
  expect(own.all().map(({ id }) => id)).toEqual(['evt_3'])
})
