// Owns the thread that validates what would hold up the main one. Started by `schema-thread.ts`; must never be imported.
import assert from 'node:assert/strict'
import { parentPort } from 'node:worker_threads'
import { CompileCache } from './compile-cache.ts'
import type { SchemaOrder } from './messages.ts'
import { replyTo } from './reply.ts'

assert(parentPort !== null, 'the schema worker runs in a thread of the server')
const port = parentPort
const cache = new CompileCache()

port.on('message', (order: SchemaOrder) => port.postMessage(replyTo(order, cache)))
