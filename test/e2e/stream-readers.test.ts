// 200 readers of the live stream that never read, and one that does: memory stays within a bound, nobody else is kept waiting, and who
// did not read is ended with an id from which nothing is missing.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { processCost } from './hostile/process-cost.ts'
import { StreamConsumer } from './stream-consumer.ts'
import { makeWorld, type World } from './world.ts'

const READERS = 200
/** Each makes two frames of some 700 bytes for each reader: all of them together have more than a gigabyte coming. */
const EVENTS = 6000
const BATCH = 200
/** What is kept for a reader: 64 KB, a page of frames on top, and its connection; and what publishing and delivering take by themselves. */
const GROWN_MIB_MAX = READERS * 0.3 + 200

let world: World
let sockets: Socket[] = []
afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  sockets = []
  await world.end()
})

/** A connection that asks for the stream, and takes nothing of what comes. */
async function stuckReader(): Promise<Socket> {
  const { address, apiKey, workspaceId } = world.timbre
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(address).port) })
  sockets.push(socket)
  socket.on('error', () => {})
  await once(socket, 'connect')
  socket.pause()
  const head = [
    'GET /v1/deliveries/stream HTTP/1.1',
    'host: timbre',
    `x-api-key: ${apiKey}`,
    `x-workspace-id: ${workspaceId}`,
  ]
  socket.write(`${head.join('\r\n')}\r\n\r\n`)
  return socket
}

const streams = async () => {
  const text = await (await fetch(`${world.timbre.address}/metrics`)).text()
  return Number(/^timbre_streams (\d+)/m.exec(text)?.[1])
}

async function publish(): Promise<void> {
  for (let from = 0; from < EVENTS; from += BATCH)
    await world.client.events.publishBatch(
      Array.from({ length: BATCH }, (_, nth) => ({ type: 'call.completed', data: { call_id: `call-${from + nth}` } })),
    )
}

/** All that is left in the pipe of a connection, until it ends. */
async function rest(socket: Socket): Promise<string> {
  let text = ''
  socket.setEncoding('utf8')
  socket.on('data', (chunk) => {
    text += String(chunk)
  })
  socket.resume()
  if (!socket.closed) await once(socket, 'close')
  return text
}

test('200 readers that never read cost a bounded amount, keep nobody waiting, and are ended with an id', async () => {
  // All have one key: a tenth is for each.
  world = await makeWorld({ TIMBRE_MAX_STREAMS: String(10 * READERS + 100) }, () => ({ delayMs: 1 }))
  await world.subscribe()
  await world.publish()
  await world.receiver.waitFor(1)
  const stuck = await Promise.all(Array.from({ length: READERS }, () => stuckReader()))
  await until(streams, (count) => count === READERS)
  const consumer = await StreamConsumer.start(world.client)
  const before = processCost(world.timbre.pid).residentMib
  try {
    await publish()
    // Nobody waits for them: whoever reads has all of it, and it is delivered.
    await until(
      async () => consumer.count,
      (count) => count >= 2 * EVENTS,
      60_000,
    )
    const grown = processCost(world.timbre.pid).residentMib - before
    console.log(
      `${READERS} readers that never read, ${2 * EVENTS} changes for each: ${grown.toFixed(0)} MiB more are resident`,
    )
    expect(grown).toBeLessThan(GROWN_MIB_MAX)
    await until(streams, (count) => count === 1, 60_000)
    const [first, ...others] = stuck
    // A frame that did not come whole has not come.
    const came = first === undefined ? '' : await rest(first)
    const text = came.slice(0, came.lastIndexOf('\n\n') + 1)
    const ids = [...text.matchAll(/^id: (\S+)\n/gm)].map(([, id]) => id ?? '')
    const seen = [...text.matchAll(/^data: (\{.*\})$/gm)].map(([, json]) => keyOf(JSON.parse(json ?? '')))
    for (const socket of others) socket.destroy()
    const again = await StreamConsumer.start(world.client, ids.at(-1))
    try {
      await until(
        async () => seen.length + again.count,
        (count) => count >= 2 * EVENTS,
        60_000,
      )
      const all = [...seen, ...again.changes.map(keyOf)]
      expect(all.length).toBe(2 * EVENTS)
      expect(all.toSorted()).toEqual(consumer.changes.map(keyOf).toSorted())
    } finally {
      again.stop()
    }
  } finally {
    consumer.stop()
  }
})

function keyOf({
  id,
  attempts,
  status,
}: {
  readonly id: string
  readonly attempts: number
  readonly status: string
}): string {
  return `${id} ${attempts} ${status}`
}
