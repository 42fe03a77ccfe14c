// Owns a sender thread: a transport of its own, whose outcomes go back once per tick.
// Started by `sender-thread.ts`; must never be imported.
import assert from 'node:assert/strict'
import { parentPort, workerData } from 'node:worker_threads'
import { systemClock } from '../clock.ts'
import { HttpTransport } from '../http/http-transport.ts'
import { packAnswers, type SenderAnswer, type SenderOptions, type SenderOrder } from './sender-messages.ts'

assert(parentPort !== null, 'the sender worker runs in a thread of the server')
const port = parentPort
const options: SenderOptions = workerData
const transport = new HttpTransport({ ...options, clock: systemClock })
let answers: SenderAnswer[] = []

port.on('message', (order: SenderOrder) => {
  if (order === 'stop') return void transport.stop()
  for (const request of order) void transport.send(request).then((outcome) => answer({ id: request.id, outcome }))
})

function answer(one: SenderAnswer): void {
  if (answers.length === 0) setImmediate(postAnswers)
  answers.push(one)
}

function postAnswers(): void {
  port.postMessage(packAnswers(answers))
  answers = []
}
