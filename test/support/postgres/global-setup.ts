// Owns the PostgreSQL that all test files of a run share: each makes databases of its own in it, from one with tables.
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { migrate } from '../../../server/src/storage/postgres/schema/migrations.ts'
import { makePartitions } from '../../../server/src/storage/postgres/schema/partitions.ts'
import { openPool } from '../../../server/src/storage/postgres/wire/open-pool.ts'
import { makeDatabase, type TestDatabase } from './database.ts'
import { startTestServer } from './test-server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    readonly postgresUrl: string
    /** A database to copy: the tables of the newest version, with nothing in them. */
    readonly postgresTemplate: string
    /** What the end-to-end tests run on. */
    readonly backend: 'sqlite' | 'postgres'
    /** See at-length.ts. */
    readonly isLong: boolean
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startTestServer()
  console.log(`Backends under test: SQLite (node:sqlite), ${server.description}`)
  const template = await makeTemplate(server.url)
  project.provide('postgresUrl', server.url)
  project.provide('postgresTemplate', template.name)
  return async () => {
    await template.drop()
    await server.stop()
  }
}

async function makeTemplate(serverUrl: string): Promise<TestDatabase> {
  const template = await makeDatabase(serverUrl)
  const client = new pg.Client(template.url)
  await client.connect()
  await migrate(client, Date.now())
  await client.end()
  const pool = openPool({ url: template.url, name: 'tests' }, 1)
  await makePartitions(pool, Date.now())
  await pool.end()
  return template
}
