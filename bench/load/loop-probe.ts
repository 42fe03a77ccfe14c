// Owns watching the event loop of the server from inside (`node --import`): writes each stall to a file. Time in which the thread
// was ready to run and the machine gave its cores to others is not counted: on a busy machine that is not the server's.
// Must never be part of the server.
import { appendFileSync, readFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'
import { monotonicMs } from './monotonic.ts'
import { STALLS_FILE_VARIABLE } from './stalls.ts'

const TICK_MS = 10
/** Below this it is a timer of Node that is late by itself. */
const NOTED_FROM_MS = 5

const file = process.env[STALLS_FILE_VARIABLE]
if (isMainThread && file !== undefined) watch(file)

function watch(to: string): void {
  let atMs = monotonicMs()
  let waitedMs = runQueueMs()
  setInterval(() => {
    const nowMs = monotonicMs()
    const nowWaitedMs = runQueueMs()
    const stallMs = nowMs - atMs - TICK_MS - (nowWaitedMs - waitedMs)
    if (stallMs > NOTED_FROM_MS) appendFileSync(to, `${nowMs} ${stallMs}\n`)
    atMs = nowMs
    waitedMs = nowWaitedMs
  }, TICK_MS).unref()
}

/** How long this thread has waited for a core since it began: the second number of schedstat, in nanoseconds (Linux). */
function runQueueMs(): number {
  return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[1]) / 1e6
}
