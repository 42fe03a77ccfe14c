// Owns the storage as the server uses it: every call is posted to a thread, so that waiting for the disk never stalls
// HTTP; and lists go to a second thread that only reads, so that a slow list never stalls a 202. When a thread ends, whoever waits for
// a call of it is told. Must never touch the database itself.
import assert from 'node:assert/strict'
import type { Worker } from 'node:worker_threads'
import { beginWorker } from '../../../platform/threads/begin-worker.ts'
import { ForwardingStorage, type HotMethod, type StorageMethod } from '../../interface/forwarding-storage.ts'
import type {
  AcceptEventsResult,
  AcceptRequest,
  AttemptResult,
  ClaimedDelivery,
  DeliveryLease,
  EnvelopeKey,
  LeaseOffer,
  RecordAttemptsResult,
  Storage,
} from '../../storage.ts'
import { type CallMethod, packArgs, unpackReply } from './flat-calls.ts'
import { type ThreadCall, type ThreadReply, unpackError, type WorkerRole } from './thread-messages.ts'

export interface StorageThreadOptions {
  /** The database file; its directory exists. */
  readonly file: string
  /** Called once when the thread that writes ends by itself. Nothing can be stored from then on. */
  readonly onFault: (error: Error) => void
}

/** Lists may read many rows, and see everything that was written before they were asked for: the log is shared. */
const LISTS: ReadonlySet<StorageMethod> = new Set<StorageMethod>([
  'listWorkspaces',
  'listApiKeys',
  'listPortalSessions',
  'listWebhooks',
  'listSubscriptions',
  'listEventTypes',
  'listReplays',
  'listEvents',
  'listCalls',
  'findCall',
  'listDeliveries',
  'listDeliveriesOfEvents',
  'listDeliveryStatuses',
  'countQueued',
  'nextAttemptOf',
  'listAttempts',
  'listAttemptsOfDeliveries',
  'listAuditEntries',
  'listChangesOf',
  'listSources',
  'listRefusedRequests',
  'listSignals',
  'listSignalsOfSource',
  'summarizeTrackedCalls',
  'listBuckets',
  'findBacklog',
  'listBacklogs',
  'listBusyWorkspaces',
  'locateChanges',
  'listChanges',
])

export class StorageThread extends ForwardingStorage implements Storage {
  readonly #options: StorageThreadOptions
  readonly #writer: WorkerCalls
  /**
   * Set by the first list: a server that nobody looks into does without the thread and its 30 MB. One that does not start, for
   * want of a file descriptor or of memory, is forgotten, and the next list tries again.
   */
  #reader: Promise<WorkerCalls> | undefined

  constructor(options: StorageThreadOptions) {
    super((method, args) => (LISTS.has(method) ? this.#list(method, args) : this.#writer.call(method, args)))
    this.#options = options
    this.#writer = new WorkerCalls({ ...options, role: 'writer' })
  }

  /** @throws Error when another process uses the directory, or the file was written by a newer Timbre */
  start(): Promise<void> {
    return this.#writer.start()
  }

  /** The reader first: the last connection to close the file is the one that may write its log back. */
  async stop(): Promise<void> {
    try {
      await (await this.#reader?.catch(() => undefined))?.stop()
    } finally {
      await this.#writer.stop()
    }
  }

  acceptEvents(requests: readonly AcceptRequest[], offer: LeaseOffer): Promise<AcceptEventsResult> {
    return this.#write('acceptEvents', [requests, offer])
  }

  claimDue(offer: LeaseOffer, now: number): Promise<ClaimedDelivery[]> {
    return this.#write('claimDue', [offer, now])
  }

  loadEnvelopes(deliveries: readonly EnvelopeKey[]): Promise<readonly (string | null)[]> {
    return this.#write('loadEnvelopes', [deliveries])
  }

  recordAttempts(results: readonly AttemptResult[], offer: LeaseOffer): Promise<RecordAttemptsResult> {
    return this.#write('recordAttempts', [results, offer])
  }

  releaseDeliveries(leases: readonly DeliveryLease[], dueAt: number): Promise<void> {
    return this.#write('releaseDeliveries', [leases, dueAt])
  }

  /** The thread answers as the interface says of the method. */
  #write<M extends HotMethod>(method: M, args: Parameters<Storage[M]>): ReturnType<Storage[M]> {
    return this.#writer.call(method, args) as ReturnType<Storage[M]>
  }

  async #list(method: StorageMethod, args: readonly unknown[]): Promise<unknown> {
    this.#reader ??= this.#startReader()
    return (await this.#reader).call(method, args)
  }

  /** Its end is that of the lists that wait for it, and not of the server: the next list has another one. */
  async #startReader(): Promise<WorkerCalls> {
    const { file } = this.#options
    const forget = () => {
      this.#reader = undefined
    }
    const reader = new WorkerCalls({ file, role: 'reader', onFault: forget })
    try {
      await reader.start()
      return reader
    } catch (error) {
      forget()
      throw error
    }
  }
}

interface WorkerCallsOptions {
  /** The database file; its directory exists. */
  readonly file: string
  readonly role: WorkerRole
  /** Called once when the worker ends by itself. */
  readonly onFault: (error: Error) => void
}

interface Waiting {
  readonly method: CallMethod
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

/** Rows of a batch, which are gone when it is written: a larger young generation was no quicker. */
const LIMITS = { maxYoungGenerationSizeMb: 12 }

class WorkerCalls {
  readonly #options: WorkerCallsOptions
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | undefined
  #lastId = 0
  #end: Error | undefined
  #stopping: Promise<void> | undefined

  constructor(options: WorkerCallsOptions) {
    this.#options = options
  }

  /** @throws Error when another process uses the directory, or the file was written by a newer Timbre */
  async start(): Promise<void> {
    assert(this.#worker === undefined, 'the storage is started once')
    const { file, role } = this.#options
    const worker = beginWorker(new URL('./storage-worker.ts', import.meta.url), {
      workerData: { file, role },
      resourceLimits: LIMITS,
    })
    this.#worker = worker
    worker.on('message', (reply: ThreadReply) => this.#settle(reply))
    worker.on('error', (error) => this.#fail(error instanceof Error ? error : new Error(String(error))))
    worker.on('exit', (code) => this.#fail(new Error(`The storage thread ended with code ${code}.`)))
    try {
      await this.call('start', [])
    } catch (error) {
      await this.stop()
      throw error
    }
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  call(method: CallMethod, args: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#end !== undefined) return reject(this.#end)
      assert(this.#worker !== undefined, 'the storage is used between start and stop only')
      const call: ThreadCall = { id: ++this.#lastId, method, args: packArgs(method, args) }
      this.#worker.postMessage(call)
      this.#waiting.set(call.id, { method, resolve, reject })
    })
  }

  async #stop(): Promise<void> {
    const worker = this.#worker
    if (worker === undefined || this.#end !== undefined) return
    const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
    await this.call('stop', [])
    await exited
  }

  #settle(reply: ThreadReply): void {
    const waiting = this.#waiting.get(reply.id)
    assert(waiting !== undefined, 'the storage thread answers calls only, and each once')
    this.#waiting.delete(reply.id)
    if ('error' in reply) waiting.reject(unpackError(reply.error))
    else waiting.resolve(unpackReply(waiting.method, reply.value))
  }

  #fail(error: Error): void {
    if (this.#end !== undefined) return
    this.#end = error
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
    if (this.#stopping === undefined) this.#options.onFault(error)
  }
}
