// Owns the attacks at the front door: two without a key, and one for which any key will do.
import type { Socket } from 'node:net'
import type { Attack, AttackTarget } from './attack.ts'
import { Crowd } from './crowd.ts'
import { makeTenant } from './tenant.ts'

const PIPELINED_CONNECTIONS = 40
const PIPELINED_REQUESTS = 1400
const PIPELINED_HELD_MS = 2000
const ANNOUNCING_CONNECTIONS = 72
const WRONG_KEYS_CONNECTIONS = 16
const WRONG_KEYS_PER_SECOND = 1000

/** Many requests in one packet, whose responses are never read. */
export async function pipelinedGets({ address }: AttackTarget): Promise<Attack> {
  const text = 'GET /openapi.json HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(PIPELINED_REQUESTS)
  const crowd = new Crowd(address, PIPELINED_CONNECTIONS, (socket) => {
    socket.pause()
    socket.write(text)
    // Who reads nothing does not see that it was cut off either.
    setTimeout(() => socket.destroy(), PIPELINED_HELD_MS)
  })
  return {
    start: async () => crowd.start(),
    stop: async () => `${crowd.stop()} connections with ${PIPELINED_REQUESTS} requests each`,
  }
}

/** Heads of publish requests whose bodies never come. */
export async function announcedBodies(target: AttackTarget): Promise<Attack> {
  const { headers } = await makeTenant(target)
  const crowd = new Crowd(target.address, ANNOUNCING_CONNECTIONS, (socket, nth) => {
    socket.resume()
    const [path, bytes] = nth < 2 ? ['/v1/events/batch', 8 * 1024 * 1024] : ['/v1/events', 64 * 1024]
    socket.write(requestHead(path, headers, bytes))
  })
  return { start: async () => crowd.start(), stop: async () => `${crowd.stop()} connections` }
}

/** Publish requests with a key that does not exist, at a fixed rate. */
export async function wrongKeys({ address }: AttackTarget): Promise<Attack> {
  const body = '{"type":"call.completed","data":{"call_id":"x"}}'
  const headers = { 'x-api-key': `sk_live_${'0'.repeat(48)}`, 'x-workspace-id': '3c90c3cc-0d44-4b50-8888-8dd25736052a' }
  const text = requestHead('/v1/events', headers, body.length) + body
  const timers = new Set<NodeJS.Timeout>()
  let sent = 0
  const crowd = new Crowd(address, WRONG_KEYS_CONNECTIONS, (socket) => {
    const timer = repeat(socket, text, () => sent++)
    timers.add(timer)
    socket.once('close', () => clearInterval(timer))
  })
  return {
    start: async () => {
      sent = 0
      crowd.start()
    },
    stop: async () => {
      for (const timer of timers) clearInterval(timer)
      timers.clear()
      return `${sent} requests over ${crowd.stop()} connections`
    },
  }
}

/** Sends the text again and again, the next one when its turn is there and the response before it has come. */
function repeat(socket: Socket, text: string, onSent: () => void): NodeJS.Timeout {
  let isAnswered = true
  socket.on('data', () => {
    isAnswered = true
  })
  return setInterval(
    () => {
      if (!isAnswered) return
      isAnswered = false
      socket.write(text)
      onSent()
    },
    (1000 * WRONG_KEYS_CONNECTIONS) / WRONG_KEYS_PER_SECOND,
  )
}

function requestHead(path: string, headers: Readonly<Record<string, string>>, bytes: number): string {
  const own = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `POST ${path} HTTP/1.1\r\nhost: x\r\n${own.join('')}content-type: application/json\r\ncontent-length: ${bytes}\r\n\r\n`
}
