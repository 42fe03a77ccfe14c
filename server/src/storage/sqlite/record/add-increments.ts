// Owns adding to the statistics, in the transaction of what is counted: a row for each webhook and minute.
import type { DatabaseSync } from 'node:sqlite'
import type { StatisticsIncrement } from '../../../insight/statistics/statistics-tally.ts'
import { prepare, type Statement } from '../connection/statement.ts'

export class AddIncrements {
  readonly #add: Statement<never>

  constructor(db: DatabaseSync) {
    this.#add = prepare(
      db,
      'INSERT INTO statistics_increments (workspace_id, webhook_id, minute, cells) VALUES (?, ?, ?, ?)',
    )
  }

  run(increments: readonly StatisticsIncrement[]): void {
    for (const { workspaceId, webhookId, minute, cells } of increments) {
      this.#add.run(workspaceId, webhookId, minute, cells)
    }
  }
}
