// Owns the version after this one, for tests: the same program that knows some more migrations of PostgreSQL's tables.
// Given to a process with `--import`; NEXT_VERSION says which they are.
import type { Migration } from '../../server/src/storage/postgres/schema/migrations/migration.ts'
import { MIGRATIONS } from '../../server/src/storage/postgres/schema/migrations.ts'

const newest = MIGRATIONS.length

const NEXT = {
  additive: [
    {
      version: newest + 1,
      name: 'regions of webhooks',
      compatibleFrom: newest,
      // Rows that nodes read with all their columns.
      sql: 'ALTER TABLE webhooks ADD COLUMN region text',
    },
    {
      version: newest + 2,
      name: 'regions of deliveries',
      compatibleFrom: newest,
      // With all its partitions, and read and written all the time.
      sql: 'ALTER TABLE deliveries ADD COLUMN region text',
    },
    {
      version: newest + 3,
      name: 'deliveries by region',
      compatibleFrom: newest,
      index: { name: 'deliveries_by_region', table: 'deliveries', on: '(workspace_id, region, updated_at)' },
    },
  ],
  incompatible: [
    {
      version: newest + 1,
      name: 'addresses renamed',
      compatibleFrom: newest + 1,
      sql: 'ALTER TABLE audit_entries RENAME COLUMN remote_address TO address',
    },
  ],
} as const satisfies Readonly<Record<string, readonly Migration[]>>

export type NextVersion = keyof typeof NEXT

// The list is read-only for the program; this is the one who makes a longer one.
const list = MIGRATIONS as Migration[]
list.push(...(NEXT[process.env['NEXT_VERSION'] as NextVersion] ?? []))
