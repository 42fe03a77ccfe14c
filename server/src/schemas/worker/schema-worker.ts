// Owns a thread that validates what would hold up the main one. Started by `schema-thread.ts`; must never be imported.
import assert from 'node:assert/strict'
import { setPriority } from 'node:os'
import { parentPort } from 'node:worker_threads'
import { CompileCache } from './compile-cache.ts'
import type { SchemaOrder } from './messages.ts'
import { replyTo } from './reply.ts'

/** Where cores are short, requests and the database come first. */
const NICENESS = 10

assert(parentPort !== null, 'the schema worker runs in a thread of the server')
const port = parentPort
const cache = new CompileCache()

// On Linux it is of this thread alone (setpriority(2), "C library/kernel differences"); elsewhere it would be of the process.
if (process.platform === 'linux') setPriority(NICENESS)

port.on('message', (order: SchemaOrder) => port.postMessage(replyTo(order, cache)))
port.postMessage('ready')
