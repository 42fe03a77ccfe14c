// Owns a storage thread: the writer or the reader of the database file. Calls come in as messages and run one after another.
// Started by `storage-thread.ts`; must never be imported.
import assert from 'node:assert/strict'
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { systemClock } from '../../../platform/clock.ts'
import { SystemRandom } from '../../../platform/random.ts'
import { callByName, type StorageCalls, type StorageMethod } from '../../interface/forwarding-storage.ts'
import { SqliteStorage } from '../sqlite-storage.ts'
import { type CallMethod, packReply, unpackArgs } from './flat-calls.ts'
import { SqliteReader } from './sqlite-reader.ts'
import { packError, type ThreadCall, type ThreadReply, type WorkerRole } from './thread-messages.ts'

assert(parentPort !== null, 'the storage worker runs in a thread of the server')
const port = parentPort
const { file, role }: { readonly file: string; readonly role: WorkerRole } = workerData
const connection = role === 'writer' ? writer() : reader()

port.on('message', (call: ThreadCall) => {
  begin(call)
  // All that has come meanwhile, so that what waits together can share a transaction.
  for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) begin(next.message)
})

function begin(call: ThreadCall): void {
  void run(call).then((reply) => {
    port.postMessage(reply)
    if (call.method === 'stop') port.close()
  })
}

async function run({ id, method, args }: ThreadCall): Promise<ThreadReply> {
  try {
    return { id, value: packReply(method, await dispatch(method, unpackArgs(method, args))) }
  } catch (error) {
    return { id, error: packError(error) }
  }
}

function dispatch(method: CallMethod, args: readonly unknown[]): Promise<unknown> {
  switch (method) {
    case 'start':
      return connection.start()
    case 'stop':
      return connection.stop()
    default:
      return connection.call(method, args)
  }
}

interface Connection {
  start(): Promise<void>
  stop(): Promise<void>
  call(method: StorageMethod, args: readonly unknown[]): Promise<unknown>
}

function writer(): Connection {
  const storage = new SqliteStorage({ file, random: new SystemRandom(), clock: systemClock })
  return {
    start: () => storage.start(),
    stop: () => storage.stop(),
    // SqliteStorage gives each call its turn, in the order in which they came.
    call: (method, args) => callByName(storage, method, args),
  }
}

function reader(): Connection {
  const lists = new SqliteReader(file)
  return {
    start: () => lists.start(),
    stop: () => lists.stop(),
    // The proxy sends lists here and nothing else.
    call: (method, args) => callByName(lists.records as StorageCalls, method, args),
  }
}
