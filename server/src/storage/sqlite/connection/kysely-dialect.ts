// Owns Kysely on top of `node:sqlite`: one connection, statements prepared once.
// Must never be used by two callers at once: SqliteStorage gives each call its turn.
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { prepareOnce } from './statement.ts'

/** Does not own the connection: who opened it closes it. */
export function sqliteDialect(db: DatabaseSync): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new SqliteDriver(db),
    createIntrospector: (kysely) => new SqliteIntrospector(kysely),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

class SqliteDriver implements Driver {
  readonly #db: DatabaseSync
  readonly #connection: SqliteConnection

  constructor(db: DatabaseSync) {
    this.#db = db
    this.#connection = new SqliteConnection(db)
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection
  }

  async releaseConnection(): Promise<void> {}

  async beginTransaction(): Promise<void> {
    this.#db.exec('BEGIN IMMEDIATE')
  }

  async commitTransaction(): Promise<void> {
    this.#db.exec('COMMIT')
  }

  async rollbackTransaction(): Promise<void> {
    // SQLite has rolled back by itself after some faults, a full disk among them.
    if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
  }

  async destroy(): Promise<void> {}
}

/** More different texts than the code has, for the filters of a list make many. */
const STATEMENTS_MAX = 256

class SqliteConnection implements DatabaseConnection {
  readonly #db: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  constructor(db: DatabaseSync) {
    this.#db = db
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const statement = this.#statement(query.sql)
    // Kysely's types keep out what is no column value; `node:sqlite` refuses the rest with an error.
    const values = query.parameters as readonly SQLInputValue[]
    if (statement.columns().length > 0) {
      // The row type is what the query builder derived from the same query.
      return { rows: statement.all(...values) as R[] }
    }
    const { changes, lastInsertRowid } = statement.run(...values)
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield await this.executeQuery<R>(query)
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    const oldest = this.#statements.keys().next()
    if (this.#statements.size >= STATEMENTS_MAX && !oldest.done) this.#statements.delete(oldest.value)
    const statement = prepareOnce(this.#db, sql)
    this.#statements.set(sql, statement)
    return statement
  }
}
