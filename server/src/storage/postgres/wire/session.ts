// Owns running prepared statements on one connection, inside a transaction, or on the next free one of a pool.
import type { ClientBase, Pool, QueryResult } from 'pg'
import { PreparedQuery, type Value } from './prepared-query.ts'
import type { Statement } from './statement.ts'

export class Session {
  readonly #connection: ClientBase | Pool

  constructor(connection: ClientBase | Pool) {
    this.#connection = connection
  }

  async all<Row>(statement: Statement<Row>, ...values: readonly Value[]): Promise<Row[]> {
    // The row type is what the statement says of itself.
    return (await this.#query(statement, values)).rows as Row[]
  }

  async get<Row>(statement: Statement<Row>, ...values: readonly Value[]): Promise<Row | undefined> {
    return (await this.all(statement, ...values))[0]
  }

  /** Returns how many rows were written. */
  async run(statement: Statement<unknown>, ...values: readonly Value[]): Promise<number> {
    return (await this.#query(statement, values)).rowCount ?? 0
  }

  /** Runs a statement that defines or locks, which PostgreSQL does not prepare. */
  async define(sql: string): Promise<void> {
    await this.#connection.query(sql)
  }

  #query(statement: Statement<unknown>, values: readonly Value[]): Promise<QueryResult> {
    return new Promise((resolve, reject) => {
      const query = new PreparedQuery(statement, values)
      this.#connection.query(query, (error: Error | undefined, result: QueryResult) => {
        if (error) reject(error)
        else {
          query.notePrepared()
          resolve(result)
        }
      })
    })
  }
}
