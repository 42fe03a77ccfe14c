// Owns how a thread begins: with bounds of its own. V8 lets `--max-semi-space-size`, which `npm start` gives for the main
// thread, override what `resourceLimits` says of the young generation of every other thread.
import { setFlagsFromString } from 'node:v8'
import { type ResourceLimits, Worker, type WorkerOptions } from 'node:worker_threads'

/** @param options.resourceLimits in MB; a third of the young generation is where objects are made */
export function beginWorker(url: URL, options: WorkerOptions & { readonly resourceLimits: ResourceLimits }): Worker {
  // The main thread's heap was laid out when the process began, and keeps the size that it was given.
  setFlagsFromString('--max-semi-space-size=0')
  return new Worker(url, options)
}
