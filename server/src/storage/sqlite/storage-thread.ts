// Owns the storage as the server uses it: every call is posted to a thread of its own, so that waiting for the disk
// never stalls HTTP. Must never touch the database itself.
import assert from 'node:assert/strict'
import { Worker } from 'node:worker_threads'
import { ForwardingStorage } from '../forwarding-storage.ts'
import type { Storage } from '../storage.ts'
import { type ThreadAnswer, type ThreadCall, unpackError } from './thread-messages.ts'

export interface StorageThreadOptions {
  /** The database file; its directory exists. */
  readonly file: string
  /** Called once when the thread ends by itself. Nothing can be stored from then on. */
  readonly onFault: (error: Error) => void
}

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

export class StorageThread extends ForwardingStorage implements Storage {
  readonly #options: StorageThreadOptions
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | undefined
  #lastId = 0
  #end: Error | undefined
  #stopping: Promise<void> | undefined

  constructor(options: StorageThreadOptions) {
    super((method, args) => this.#call(method, args))
    this.#options = options
  }

  /** @throws Error when another process uses the directory, or the file was written by a newer Timbre */
  async start(): Promise<void> {
    assert(this.#worker === undefined, 'the storage is started once')
    const worker = new Worker(new URL('./storage-worker.ts', import.meta.url), {
      workerData: { file: this.#options.file },
    })
    this.#worker = worker
    worker.on('message', (answer: ThreadAnswer) => this.#settle(answer))
    worker.on('error', (error) => this.#fail(error instanceof Error ? error : new Error(String(error))))
    worker.on('exit', (code) => this.#fail(new Error(`The storage thread ended with code ${code}.`)))
    try {
      await this.#call('start', [])
    } catch (error) {
      await this.stop()
      throw error
    }
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  async #stop(): Promise<void> {
    const worker = this.#worker
    if (worker === undefined || this.#end !== undefined) return
    const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
    await this.#call('stop', [])
    await exited
  }

  #call(method: ThreadCall['method'], args: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#end !== undefined) return reject(this.#end)
      assert(this.#worker !== undefined, 'the storage is used between start and stop only')
      const call: ThreadCall = { id: ++this.#lastId, method, args }
      this.#worker.postMessage(call)
      this.#waiting.set(call.id, { resolve, reject })
    })
  }

  #settle(answer: ThreadAnswer): void {
    const waiting = this.#waiting.get(answer.id)
    assert(waiting !== undefined, 'the storage thread answers calls only, and each once')
    this.#waiting.delete(answer.id)
    if ('error' in answer) waiting.reject(unpackError(answer.error))
    else waiting.resolve(answer.value)
  }

  /** The thread has ended, asked to or not: whoever still waits is told, and so is whoever comes later. */
  #fail(error: Error): void {
    if (this.#end !== undefined) return
    this.#end = error
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
    if (this.#stopping === undefined) this.#options.onFault(error)
  }
}
