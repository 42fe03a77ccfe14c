// Owns a driver of Kysely that has no database: it says what is asked, and answers what a test makes of it.
import { type CompiledQuery, type DatabaseConnection, DummyDriver, type QueryResult } from 'kysely'

/** @returns the rows */
export type Answer = (sql: string, parameters: readonly unknown[]) => unknown[]

export class ReadingDriver extends DummyDriver {
  readonly #answer: Answer

  constructor(answer: Answer) {
    super()
    this.#answer = answer
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    return {
      executeQuery: async <Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> => ({
        // Nobody looks at more of a row than is there.
        rows: this.#answer(sql, parameters) as Row[],
        numAffectedRows: 0n,
      }),
      streamQuery: () => {
        throw new Error('Nothing is read as a stream.')
      },
    }
  }
}
