// Owns reading the bodies of deliveries that wait in memory without one.
import type { DatabaseSync } from 'node:sqlite'
import type { BodyKey } from '../../storage.ts'
import { prepare, type Statement } from '../connection/statement.ts'
import { numberOf } from '../schema/id-numbers.ts'

export const LOAD_BODY = `
SELECT e.body FROM delivery_rows d CROSS JOIN event_rows e ON e.seq = d.event_seq
WHERE d.seq = ? AND d.workspace = ${numberOf('?')}`

export class LoadBodies {
  readonly #load: Statement<{ readonly body: string }>

  constructor(db: DatabaseSync) {
    this.#load = prepare(db, LOAD_BODY)
  }

  /** See HotStorage.loadBodies. */
  run(deliveries: readonly BodyKey[]): (string | null)[] {
    return deliveries.map(({ workspaceId, place }) => this.#load.get(place, workspaceId)?.body ?? null)
  }
}
