// Owns a sender thread: a transport of its own, whose outcomes go back once per tick.
// Started by `sender-thread.ts`; must never be imported.
import assert from 'node:assert/strict'
import { parentPort, workerData } from 'node:worker_threads'
import { systemClock } from '../clock.ts'
import { HttpTransport } from '../http/http-transport.ts'
import { packReplies, type SenderOptions, type SenderOrder, type SenderReply } from './sender-messages.ts'

assert(parentPort !== null, 'the sender worker runs in a thread of the server')
const port = parentPort
const options: SenderOptions = workerData
const transport = new HttpTransport({ ...options, clock: systemClock })
let replies: SenderReply[] = []

port.on('message', (order: SenderOrder) => {
  if (order === 'stop') return void transport.stop()
  for (const request of order) void transport.send(request).then((outcome) => answer({ id: request.id, outcome }))
})

function answer(one: SenderReply): void {
  if (replies.length === 0) setImmediate(postReplies)
  replies.push(one)
}

function postReplies(): void {
  port.postMessage(packReplies(replies))
  replies = []
}
