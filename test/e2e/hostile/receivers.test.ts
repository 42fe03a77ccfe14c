// Owns the attacks of a receiver on who delivers to it: answers that are made to cost memory and time. Plays the receiver against
// a real process. Must never reach beyond 127.0.0.1.
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer, type TLSSocket } from 'node:tls'
import type { Client, Delivery, Webhook } from '@getsupervisor/agents-studio-sdk'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TimbreProcess } from '../../support/timbre-process.ts'
import { certificates } from '../../support/transport-rig.ts'
import { until } from '../../support/until.ts'
import { load } from './load.ts'

const MIB = 1024 * 1024
const CHUNKED = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'

let timbre: TimbreProcess
let client: Client
let unended: Webhook
const toStop: (() => unknown)[] = []

beforeAll(async () => {
  timbre = new TimbreProcess({ ca: certificates.ca, settings: { TIMBRE_RETRY_SCHEDULE: '0' } })
  await timbre.start({ TIMBRE_TIMEOUT_MS: String(load(4000, 15_000)) })
  client = timbre.client()
  // It takes its time while the others run.
  const url = await attacker((socket) => socket.write('HTTP/1.1 200 OK\r\nx-a: b\r\ncontent-length: 10\r\n\r\nok'))
  unended = await publishToOne(url, 1)
})

afterAll(async () => {
  await timbre.destroy()
  for (const stop of toStop) stop()
})

/** A TLS server that gives every connection to `play` once a whole request of it has come. Returns its URL. */
async function attacker(play: (socket: TLSSocket) => void): Promise<string> {
  const sockets = new Set<TLSSocket>()
  const server = createServer(certificates, (socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    let request = ''
    socket.on('data', (bytes) => {
      request += bytes.toString('latin1')
      if (!request.endsWith('}}')) return
      request = ''
      play(socket)
    })
  })
  server.on('tlsClientError', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  toStop.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  // A TCP server that listens has an AddressInfo; the other forms belong to pipes.
  return `https://localhost:${(server.address() as AddressInfo).port}/`
}

/** Publishes so many events that go to these urls and nowhere else. Resolves to the webhooks. */
async function publishTo(urls: readonly string[], events: number): Promise<readonly Webhook[]> {
  const agentId = randomUUID()
  const webhooks: Webhook[] = []
  for (const url of urls) {
    const webhook = await client.webhooks.create({ url, agentId })
    await client.webhooks.createSubscription(webhook.id, { eventKey: 'call.completed' })
    webhooks.push(webhook)
  }
  await client.events.publishBatch(
    Array.from({ length: events }, () => ({ type: 'call.completed', agentId, data: { call_id: randomUUID() } })),
  )
  return webhooks
}

async function publishToOne(url: string, events: number): Promise<Webhook> {
  const [webhook] = await publishTo([url], events)
  if (webhook === undefined) throw new Error('A webhook is made for each url.')
  return webhook
}

/** The deliveries of a webhook, once all have ended. */
async function ended({ id }: Webhook, count: number): Promise<readonly Delivery[]> {
  const page = await until(
    () => client.webhooks.listDeliveries(id, { limit: 250 }),
    ({ data }) => data.filter(({ status }) => status === 'success' || status === 'failed').length === count,
    60_000,
  )
  return Promise.all(page.data.map((delivery) => client.webhooks.getDelivery(id, delivery.id)))
}

/** The most that the process has had resident so far, bytes. */
function peakBytes(): number {
  const kib = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${timbre.pid}/status`, 'utf8'))?.[1]
  return Number(kib) * 1024
}

describe('a response that is held open costs the same', () => {
  const BODY_BYTES = 16_000
  const PER_WEBHOOK = 16
  const webhooks = load(4, 20)

  /** Lets every attempt begin its response, and ends them when all have. */
  async function hold(chunks: string): Promise<void> {
    const held: TLSSocket[] = []
    const play = (socket: TLSSocket) => {
      socket.write(CHUNKED + chunks, () => held.push(socket))
    }
    const urls = await Promise.all(Array.from({ length: webhooks }, () => attacker(play)))
    const made = await publishTo(urls, PER_WEBHOOK)
    await until(
      async () => held.length,
      (count) => count === webhooks * PER_WEBHOOK,
    )
    for (const socket of held) socket.write('0\r\n\r\n')
    for (const webhook of made) {
      const deliveries = await ended(webhook, PER_WEBHOOK)
      for (const { status, responseBody } of deliveries) {
        expect([status, responseBody?.length]).toEqual(['success', BODY_BYTES])
      }
    }
  }

  test('in chunks of one byte as in one chunk', async () => {
    await hold(`${BODY_BYTES.toString(16)}\r\n${'x'.repeat(BODY_BYTES)}\r\n`)
    const before = peakBytes()
    await hold('1\r\nx\r\n'.repeat(BODY_BYTES))
    // 0.2 MiB for each, most of it TLS. With a buffer for each chunk it was 2.1.
    expect(peakBytes() - before).toBeLessThan((webhooks * PER_WEBHOOK * MIB) / 2)
  })
})

describe('a response that is made to cost time or memory', () => {
  const events = load(2, 64)

  /** Writes it for ever, as fast as it is read. */
  function flood(socket: TLSSocket, text: string): void {
    const bytes = Buffer.from(text.repeat(Math.ceil(65_536 / text.length)))
    const fill = () => {
      while (!socket.destroyed && socket.write(bytes)) {
        // `write` tells when the other side reads more slowly.
      }
    }
    socket.on('drain', fill)
    fill()
  }

  /** Each in a TLS record of its own. */
  function inRecords(socket: TLSSocket, text: string): void {
    for (const character of text) socket.write(character)
  }

  test.each<[string, string, (socket: TLSSocket) => void]>([
    ['endless interim answers', 'invalid_response', (socket) => flood(socket, 'HTTP/1.1 102 P\r\n\r\n')],
    ['an endless status line', 'invalid_response', (socket) => flood(socket, 'HTTP/1.1 200 OK ')],
    [
      'an endless header',
      'invalid_response',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\nx: ')
        flood(socket, 'y')
      },
    ],
    [
      'endless headers',
      'invalid_response',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\n')
        flood(socket, 'x: y\r\n')
      },
    ],
    [
      'an endless extension of a chunk',
      'invalid_response',
      (socket) => {
        socket.write(`${CHUNKED}1;`)
        flood(socket, 'e')
      },
    ],
    [
      'endless chunks with extensions',
      'answered',
      (socket) => {
        socket.write(CHUNKED)
        flood(socket, `1;${'e'.repeat(2000)}\r\nx\r\n`)
      },
    ],
    [
      'endless trailers',
      'invalid_response',
      (socket) => {
        socket.write(`${CHUNKED}0\r\n`)
        flood(socket, 'x: y\r\n')
      },
    ],
    [
      'an endless body',
      'answered',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 999999999999999\r\n\r\n')
        flood(socket, 'z')
      },
    ],
    [
      'a head in records of one byte',
      'invalid_response',
      (socket) => {
        inRecords(socket, `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(17_000)}`)
      },
    ],
    [
      'a body in records of one byte',
      'answered',
      (socket) => {
        inRecords(socket, `HTTP/1.1 200 OK\r\ncontent-length: 17000\r\n\r\n${'z'.repeat(17_000)}`)
      },
    ],
  ])('ends in an outcome, and costs a fixed amount: %s', async (_, outcome, play) => {
    const before = peakBytes()
    const webhook = await publishToOne(await attacker(play), events)
    for (const { id } of await ended(webhook, events)) {
      const [attempt] = (await client.webhooks.listAttempts(webhook.id, id)).data
      expect(attempt?.outcome).toBe(outcome)
    }
    // What an attempt may keep is 32 KiB; the rest is left to the collector, which works in steps of its own.
    expect(peakBytes() - before).toBeLessThan(96 * MIB)
  })
})

test('a receiver that closes after each response without saying so costs no attempt', async () => {
  const events = load(60, 1000)
  const url = await attacker((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'))
  const webhook = await publishToOne(url, events)
  await until(
    () => client.webhooks.get(webhook.id),
    ({ successCount }) => successCount === events,
    60_000,
  )
  const attempts: number[] = []
  for await (const delivery of client.webhooks.listDeliveries(webhook.id, { limit: 250 }))
    attempts.push(delivery.attempts)
  expect([attempts.length, Math.max(...attempts)]).toEqual([events, 1])
})

test('a response whose body does not end is a failed attempt, and shows its status and headers', async () => {
  const [delivery] = await ended(unended, 1)
  expect(delivery).toMatchObject({ status: 'failed', attempts: 1, responseStatus: 200, responseBody: 'ok' })
  expect(delivery?.lastError).toContain('Status 200 came, but not the whole response.')
  const [attempt] = (await client.webhooks.listAttempts(unended.id, delivery?.id ?? '')).data
  expect(attempt).toMatchObject({ outcome: 'timed_out', responseStatus: 200, responseHeaders: { 'x-a': 'b' } })
})
