// Owns how large the file is: what of its pages is in use, measured now, and kept for each hour among the statistics.
import type { DatabaseSync } from 'node:sqlite'
import { SIZE_CELL, STORAGE_SIZES } from '../../../insight/statistics/storage-sizes.ts'
import type { StorageSize } from '../../storage.ts'
import { prepare, type Statement } from '../connection/statement.ts'

const NOTE = `
INSERT INTO statistics_buckets (workspace_id, webhook_id, size, start_at, cells) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (workspace_id, webhook_id, size, start_at) DO NOTHING`

export class FileSize {
  readonly #pages: Statement<{ readonly page_count: number }>
  readonly #free: Statement<{ readonly freelist_count: number }>
  readonly #pageBytes: Statement<{ readonly page_size: number }>
  readonly #note: Statement<never>

  constructor(db: DatabaseSync) {
    this.#pages = prepare(db, 'PRAGMA page_count')
    this.#free = prepare(db, 'PRAGMA freelist_count')
    this.#pageBytes = prepare(db, 'PRAGMA page_size')
    this.#note = prepare(db, NOTE)
  }

  measure(): StorageSize {
    const pageBytes = this.#pageBytes.get()?.page_size ?? 0
    const free = this.#free.get()?.freelist_count ?? 0
    const pages = this.#pages.get()?.page_count ?? 0
    return { bytes: (pages - free) * pageBytes, freeBytesInside: free * pageBytes }
  }

  /** See InstanceStorage.noteStorageSize. */
  note(now: number): void {
    const { workspaceId, webhookId, size, startOf } = STORAGE_SIZES
    this.#note.run(workspaceId, webhookId, size, startOf(now), JSON.stringify({ [SIZE_CELL]: this.measure().bytes }))
  }
}
