// Owns the opaque cursors of the history lists: which list of which workspace, and the sequence number to go on from.
// Must never show a sequence number: it counts what the whole instance holds.
import { Refusal } from '@timbre/contract/errors.ts'
import { HISTORY_LIMIT_DEFAULT, type HistoryMeta } from '@timbre/contract/page.ts'
import type { CursorCipher } from '../../platform/cursor-cipher.ts'
import type { History, HistoryRequest } from '../../storage/storage.ts'
import type { Caller } from '../auth/caller.ts'

export type HistoryListName = 'events' | 'calls' | 'deliveries' | 'attempts' | 'audit'

export class HistoryList {
  readonly #cursors: Pick<CursorCipher, 'seal' | 'open'>
  readonly #place: string

  /** A list as one caller may see it: the cursors of another workspace mean nothing here. */
  constructor(
    { cursors }: { readonly cursors: Pick<CursorCipher, 'seal' | 'open'> },
    name: HistoryListName,
    { workspaceId }: Pick<Caller, 'workspaceId'>,
  ) {
    this.#cursors = cursors
    this.#place = `${name} ${workspaceId}`
  }

  /** What the storage is asked for. Throws INVALID_CURSOR when `after` was not made by this list. */
  request({
    limit = HISTORY_LIMIT_DEFAULT,
    after,
  }: {
    readonly limit?: number
    readonly after?: string
  }): HistoryRequest {
    if (after === undefined) return { limit, before: null }
    const before = this.#cursors.open(this.#place, after)
    if (before === undefined) throw new Refusal('INVALID_CURSOR')
    return { limit, before }
  }

  /** A page of history as it is shown. */
  present<Row, Shown>(
    { limit }: HistoryRequest,
    history: History<Row>,
    present: (row: Row) => Shown,
  ): { data: Shown[]; meta: HistoryMeta } {
    const nextCursor = history.next === null ? null : this.#cursors.seal(this.#place, history.next)
    return { data: history.rows.map(present), meta: { limit, nextCursor, hasNext: nextCursor !== null } }
  }
}
