// Loaded into a server (`--import`), into each of its threads: writes what was executed since the last time whenever SIGUSR2 comes.
import { takeCoverage } from 'node:v8'
import { BroadcastChannel, isMainThread } from 'node:worker_threads'

const channel = new BroadcastChannel('coverage')
channel.onmessage = () => takeCoverage()
channel.unref()
if (isMainThread) {
  process.on('SIGUSR2', () => {
    channel.postMessage(null)
    takeCoverage()
  })
}
