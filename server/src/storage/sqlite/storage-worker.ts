// Owns the storage thread: the only user of the database file. Calls come in as messages and run one after another.
// Started by `storage-thread.ts`; must never be imported.
import assert from 'node:assert/strict'
import { parentPort, workerData } from 'node:worker_threads'
import { systemClock } from '../../platform/clock.ts'
import { SystemRandom } from '../../platform/random.ts'
import { callByName } from '../forwarding-storage.ts'
import { SqliteStorage } from './sqlite-storage.ts'
import { packError, type ThreadAnswer, type ThreadCall } from './thread-messages.ts'

assert(parentPort !== null, 'the storage worker runs in a thread of the server')
const port = parentPort
const { file }: { readonly file: string } = workerData
const storage = new SqliteStorage({ file, random: new SystemRandom(), clock: systemClock })

port.on('message', (call: ThreadCall) => {
  // SqliteStorage gives each call its turn, in the order in which they came.
  void run(call).then((answer) => {
    port.postMessage(answer)
    if (call.method === 'stop') port.close()
  })
})

async function run({ id, method, args }: ThreadCall): Promise<ThreadAnswer> {
  try {
    return { id, value: await dispatch(method, args) }
  } catch (error) {
    return { id, error: packError(error) }
  }
}

function dispatch(method: ThreadCall['method'], args: readonly unknown[]): Promise<unknown> {
  switch (method) {
    case 'start':
      return storage.start()
    case 'stop':
      return storage.stop()
    default:
      return callByName(storage, method, args)
  }
}
