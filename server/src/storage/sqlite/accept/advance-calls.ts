// Owns what a source said, written with the events that follow: the signal, and the call in the place of its version before; and
// the reading of both before that.
import type { DatabaseSync } from 'node:sqlite'
import type { CallAdvance, FoundTrackedCall, SignalRow, SoughtTrackedCall, TrackedCallRow } from '../../storage.ts'
import { prepare, type Statement } from '../connection/statement.ts'

const CALL_COLUMNS = `workspace_id AS workspaceId, source_id AS sourceId, call_id AS callId, kind, state, version, tracked,
  due_at AS dueAt, created_at AS createdAt, updated_at AS updatedAt`

export const FIND_TRACKED_CALL = `
SELECT ${CALL_COLUMNS} FROM source_calls WHERE workspace_id = ? AND source_id = ? AND call_id = ?`

export const FIND_SIGNAL = `
SELECT id FROM source_signals WHERE workspace_id = ? AND source_id = ? AND dedupe_key = ?`

const INSERT_CALL = `
INSERT INTO source_calls (workspace_id, source_id, call_id, kind, state, version, tracked, due_at, created_at, updated_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (workspace_id, source_id, call_id) DO NOTHING`

export const UPDATE_CALL = `
UPDATE source_calls SET state = ?, version = ?, tracked = ?, due_at = ?, updated_at = ?
WHERE workspace_id = ? AND source_id = ? AND call_id = ? AND version = ?`

const INSERT_SIGNAL = `
INSERT INTO source_signals (workspace_id, source_id, dedupe_key, id, call_id, event, state, occurred_at, received_at, payload)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (workspace_id, source_id, dedupe_key) DO NOTHING`

export class AdvanceCalls {
  readonly #findCall: Statement<TrackedCallRow>
  readonly #findSignal: Statement<{ readonly id: string }>
  readonly #insertCall: Statement<never>
  readonly #updateCall: Statement<never>
  readonly #insertSignal: Statement<never>

  constructor(db: DatabaseSync) {
    this.#findCall = prepare(db, FIND_TRACKED_CALL)
    this.#findSignal = prepare(db, FIND_SIGNAL)
    this.#insertCall = prepare(db, INSERT_CALL)
    this.#updateCall = prepare(db, UPDATE_CALL)
    this.#insertSignal = prepare(db, INSERT_SIGNAL)
  }

  /** See SourceStorage.findTrackedCalls. */
  find(sought: readonly SoughtTrackedCall[]): FoundTrackedCall[] {
    return sought.map(({ workspaceId, sourceId, callId, dedupeKey }) => {
      const row = this.#findCall.get(workspaceId, sourceId, callId)
      return {
        // A row of the driver has no prototype, and does not cross to another thread.
        call: row === undefined ? null : { ...row },
        isRepeat: this.#findSignal.get(workspaceId, sourceId, dedupeKey) !== undefined,
      }
    })
  }

  /** False, and nothing is written, when the call has another version than the one that was advanced. */
  write(workspaceId: string, { sourceId, signal, call }: CallAdvance): boolean {
    if (call !== null && !this.#writeCall(call)) return false
    if (signal !== null) this.#writeSignal(workspaceId, sourceId, signal)
    return true
  }

  #writeCall(call: TrackedCallRow): boolean {
    const { workspaceId, sourceId, callId, kind, state, version, tracked, dueAt, createdAt, updatedAt } = call
    const key = [workspaceId, sourceId, callId]
    const { changes } =
      version === 1
        ? this.#insertCall.run(...key, kind, state, version, tracked, dueAt, createdAt, updatedAt)
        : this.#updateCall.run(state, version, tracked, dueAt, updatedAt, ...key, version - 1)
    return Number(changes) === 1
  }

  #writeSignal(workspaceId: string, sourceId: string, signal: SignalRow): void {
    const { dedupeKey, id, callId, event, state, occurredAt, receivedAt, payload } = signal
    this.#insertSignal.run(workspaceId, sourceId, dedupeKey, id, callId, event, state, occurredAt, receivedAt, payload)
  }
}
