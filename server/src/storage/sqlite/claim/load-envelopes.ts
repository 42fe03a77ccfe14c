// Owns reading the envelopes of deliveries that wait in memory without one.
import type { DatabaseSync } from 'node:sqlite'
import type { EnvelopeKey } from '../../storage.ts'
import { prepare, type Statement } from '../connection/statement.ts'
import { numberOf } from '../schema/id-numbers.ts'

export const LOAD_ENVELOPE = `
SELECT e.body AS envelope FROM delivery_rows d CROSS JOIN event_rows e ON e.seq = d.event_seq
WHERE d.seq = ? AND d.workspace = ${numberOf('?')}`

export class LoadEnvelopes {
  readonly #load: Statement<{ readonly envelope: string }>

  constructor(db: DatabaseSync) {
    this.#load = prepare(db, LOAD_ENVELOPE)
  }

  /** See HotStorage.loadEnvelopes. */
  run(deliveries: readonly EnvelopeKey[]): (string | null)[] {
    return deliveries.map(({ workspaceId, place }) => this.#load.get(place, workspaceId)?.envelope ?? null)
  }
}
