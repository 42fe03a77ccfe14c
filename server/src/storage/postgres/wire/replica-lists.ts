// Owns asking a replica for lists, and the primary when the replica does not answer.
// Must never ask it for what somebody may look up right after a 202, nor let it change anything.

import { CompiledQuery, type DatabaseConnection, PostgresDialect } from 'kysely'
import type { Pool } from 'pg'
import type { Clock } from '../../../platform/clock.ts'
import { type Records, records } from '../../queries/records.ts'
import { PARTITION_KEYS } from '../schema/row-keys.ts'
import { codeOf } from './error-code.ts'

/** The history, newest first: what may read many rows, and what may be a moment old. */
export type HistoryLists = Pick<
  Records,
  'listEvents' | 'listCalls' | 'listDeliveries' | 'listAttempts' | 'listAuditEntries'
>

export interface ReplicaListsOptions {
  readonly primary: HistoryLists
  readonly clock: Clock
  /** Told when the replica has failed and lists go to the primary, at most once in `AGAIN_MS`. */
  readonly onFault: (error: unknown) => void
}

/** So long a replica that has failed is left alone: a list that tries it may wait for the connection, 5 s. */
const AGAIN_MS = 30_000
const QUERY_CANCELED = '57014'
/**
 * A standby ends a question that is in the way of what the primary sends it (postgresql.org/docs/current/hot-standby.html): it
 * is well, and the next question may pass.
 */
const RECOVERY_CONFLICTS = new Set([
  '40001', // canceling statement due to conflict with recovery
  '40P01', // the same, for a buffer that both wanted
])

/** Lists that are read through a pool of connections to the replica. */
export function replicaLists(pool: Pool, options: ReplicaListsOptions): HistoryLists {
  // It may be one that would take writes.
  const onCreateConnection = async (connection: DatabaseConnection) => {
    await connection.executeQuery(CompiledQuery.raw('SET default_transaction_read_only = on'))
  }
  const replica = records(new PostgresDialect({ pool, onCreateConnection }), PARTITION_KEYS)
  return new ReplicaLists(replica, options).calls
}

class ReplicaLists {
  readonly #replica: HistoryLists
  readonly #options: ReplicaListsOptions
  #isLeftAloneUntil = 0

  constructor(replica: HistoryLists, options: ReplicaListsOptions) {
    this.#replica = replica
    this.#options = options
  }

  get calls(): HistoryLists {
    const { primary } = this.#options
    return {
      listEvents: (...args) => this.#ask((lists) => lists.listEvents(...args)),
      listCalls: (...args) => this.#ask((lists) => lists.listCalls(...args)),
      // The few of one event are part of that event, which is looked up by its id.
      listDeliveries: (workspaceId, filter, request) =>
        filter.eventId === undefined
          ? this.#ask((lists) => lists.listDeliveries(workspaceId, filter, request))
          : primary.listDeliveries(workspaceId, filter, request),
      listAttempts: (...args) => this.#ask((lists) => lists.listAttempts(...args)),
      listAuditEntries: (...args) => this.#ask((lists) => lists.listAuditEntries(...args)),
    }
  }

  async #ask<T>(question: (lists: HistoryLists) => Promise<T>): Promise<T> {
    const { primary, clock, onFault } = this.#options
    if (clock.monotonic() < this.#isLeftAloneUntil) return question(primary)
    try {
      return await question(this.#replica)
    } catch (error) {
      if (tookTooLong(error)) throw error
      if (RECOVERY_CONFLICTS.has(codeOf(error))) return question(primary)
      if (clock.monotonic() >= this.#isLeftAloneUntil) onFault(error)
      this.#isLeftAloneUntil = clock.monotonic() + AGAIN_MS
      return question(primary)
    }
  }
}

/** What the replica could not list in time would take the primary as long. */
function tookTooLong(error: unknown): boolean {
  return codeOf(error) === QUERY_CANCELED
}
