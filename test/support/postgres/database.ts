// Owns a database of its own for a test, or for a process under test.
import { randomBytes } from 'node:crypto'
import pg from 'pg'

export interface TestDatabase {
  readonly name: string
  readonly url: string
  drop(): Promise<void>
}

/** @param serverUrl of any database of the server; @param template the name of the database to copy */
export async function makeDatabase(serverUrl: string, template = 'template1'): Promise<TestDatabase> {
  const name = `timbre_${randomBytes(8).toString('hex')}`
  await runSql(serverUrl, `CREATE DATABASE ${name} TEMPLATE ${template}`)
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return { name, url: url.href, drop: () => runSql(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) }
}

export async function runSql(url: string, sql: string, values: readonly unknown[] = []): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    await client.query(sql, [...values])
  } finally {
    await client.end()
  }
}
