// Owns the storage as the server uses it: every call is posted to a thread, so that waiting for the disk never stalls
// HTTP; and lists go to a second thread that only reads, so that a slow list never stalls a 202.
// Must never touch the database itself.
import { ForwardingStorage, type StorageMethod } from '../forwarding-storage.ts'
import type { Storage } from '../storage.ts'
import { WorkerCalls } from './worker-calls.ts'

export interface StorageThreadOptions {
  /** The database file; its directory exists. */
  readonly file: string
  /** Called once when a thread ends by itself. Nothing can be stored, or listed, from then on. */
  readonly onFault: (error: Error) => void
}

/** Lists may read many rows, and see everything that was written before they were asked for: the log is shared. */
const LISTS: ReadonlySet<StorageMethod> = new Set<StorageMethod>([
  'listWorkspaces',
  'listApiKeys',
  'listWebhooks',
  'listSubscriptions',
  'listEventTypes',
  'listReplays',
  'listEvents',
  'listDeliveries',
  'listAttempts',
  'listAuditEntries',
])

export class StorageThread extends ForwardingStorage implements Storage {
  readonly #writer: WorkerCalls
  readonly #reader: WorkerCalls
  /** Set by the first list: a server that nobody looks into does without the thread and its 30 MB. */
  #readerStart: Promise<void> | undefined

  constructor({ file, onFault }: StorageThreadOptions) {
    super((method, args) => (LISTS.has(method) ? this.#list(method, args) : this.#writer.call(method, args)))
    this.#writer = new WorkerCalls({ file, onFault, role: 'writer' })
    this.#reader = new WorkerCalls({ file, onFault, role: 'reader' })
  }

  /** @throws Error when another process uses the directory, or the file was written by a newer Timbre */
  start(): Promise<void> {
    return this.#writer.start()
  }

  /** The reader first: the last connection to close the file is the one that may write its log back. */
  async stop(): Promise<void> {
    if (this.#readerStart !== undefined) {
      await this.#readerStart
      await this.#reader.stop()
    }
    await this.#writer.stop()
  }

  async #list(method: StorageMethod, args: readonly unknown[]): Promise<unknown> {
    this.#readerStart ??= this.#reader.start()
    await this.#readerStart
    return this.#reader.call(method, args)
  }
}
