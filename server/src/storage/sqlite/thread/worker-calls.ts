// Owns one worker of the storage and the calls that wait for it. When it ends, whoever waits is told.
import assert from 'node:assert/strict'
import type { Worker } from 'node:worker_threads'
import { beginWorker } from '../../../platform/threads/begin-worker.ts'
import { type CallMethod, packArgs, unpackReply } from './flat-calls.ts'
import { type ThreadCall, type ThreadReply, unpackError, type WorkerRole } from './thread-messages.ts'

export interface WorkerCallsOptions {
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

export class WorkerCalls {
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
