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
  'listEvents',
  'listDeliveries',
  'listAttempts',
  'listAuditEntries',
])

export class StorageThread extends ForwardingStorage implements Storage {
  readonly #writer: WorkerCalls
  readonly #reader: WorkerCalls

  constructor({ file, onFault }: StorageThreadOptions) {
    const writer = new WorkerCalls({ file, onFault, role: 'writer' })
    const reader = new WorkerCalls({ file, onFault, role: 'reader' })
    super((method, args) => (LISTS.has(method) ? reader : writer).call(method, args))
    this.#writer = writer
    this.#reader = reader
  }

  /** @throws Error when another process uses the directory, or the file was written by a newer Timbre */
  async start(): Promise<void> {
    await this.#writer.start()
    await this.#reader.start()
  }

  /** The reader first: the last connection to close the file is the one that may write its log back. */
  async stop(): Promise<void> {
    await this.#reader.stop()
    await this.#writer.stop()
  }
}
