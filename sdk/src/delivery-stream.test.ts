import type { ServerResponse } from 'node:http'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { AnsweringServer, sendProblem } from '../test/support/answering-server.ts'
import { ConnectionError, createClient, type DeliveryStreamItem, PermissionError } from './index.ts'

/** What each connection gets, in turn; the last one is kept open. */
let responses: ((response: ServerResponse) => void)[]
let server: AnsweringServer
beforeEach(async () => {
  responses = []
  server = await new AnsweringServer((_, response) => (responses.shift() ?? open())(response)).start()
})
afterEach(async () => {
  vi.useRealTimers()
  await server.stop()
})

const delivery = (id: string) => `id: ${id}\nevent: delivery\ndata: {"id":"${id}"}\n\n`
const open =
  (...frames: string[]) =>
  (response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(`retry: 10\nid: start\n\n${frames.join('')}`)
  }
const ended =
  (...frames: string[]) =>
  (response: ServerResponse) => {
    open(...frames)(response)
    response.end()
  }
const cut =
  (...frames: string[]) =>
  (response: ServerResponse) => {
    open(...frames)(response)
    setImmediate(() => response.destroy())
  }

const client = () => createClient({ baseUrl: server.url, workspaceId: 'w', apiKey: 'k', retry: { baseDelayMs: 1 } })

async function take(items: AsyncIterable<DeliveryStreamItem>, count: number): Promise<DeliveryStreamItem[]> {
  const taken: DeliveryStreamItem[] = []
  for await (const item of items) if (taken.push(item) === count) break
  return taken
}

const sentIds = () => server.requests.map(({ headers }) => headers['last-event-id'])

describe('the stream of deliveries', () => {
  test('goes on behind the last frame after an end, a broken connection and a 503, and gives each item once', async () => {
    responses = [
      ended(delivery('1'), delivery('2')),
      cut(delivery('3')),
      (response) => sendProblem(response, 503, 'NOT_READY', { 'retry-after': '0' }),
      open(delivery('4')),
    ]
    const stream = client().deliveries.stream({ status: 'failed' })
    const items = await take(stream, 4)
    expect(items.map(({ id }) => id)).toEqual(['1', '2', '3', '4'])
    expect(items[0]).toEqual({ type: 'delivery', id: '1', delivery: { id: '1' } })
    expect(sentIds()).toEqual([undefined, '2', '3', '3'])
    expect(server.requests.every(({ query }) => query.get('status') === 'failed')).toBe(true)
    expect(stream.lastEventId).toBe('4')
  })

  test('begins behind the id that it is given, and goes on behind frames that show nothing', async () => {
    responses = [ended(), ended('id: quiet\n\n'), open('id: 9\nevent: gap\ndata: {"from":"a","until":"b"}\n\n')]
    const [gap] = await take(client().deliveries.stream({ lastEventId: 'mine' }), 1)
    expect(gap).toEqual({ type: 'gap', id: '9', gap: { from: 'a', until: 'b' } })
    expect(sentIds()).toEqual(['mine', 'start', 'quiet'])
    expect(server.requests[0]?.query.has('lastEventId')).toBe(false)
  })

  test('says when it is connected and when it breaks off', async () => {
    const told: string[] = []
    responses = [cut(delivery('1')), open(delivery('2'))]
    const options = { onOpen: () => told.push('open'), onBreak: (error: Error) => told.push(error.name) }
    await take(client().deliveries.stream({}, options), 2)
    expect(told).toEqual(['open', 'ConnectionError', 'open'])
  })

  test('passes over events that it does not know', async () => {
    responses = [open('id: 1\nevent: later\ndata: x\n\n', delivery('2'))]
    expect((await take(client().deliveries.stream(), 1)).map(({ id }) => id)).toEqual(['2'])
  })

  test('throws what trying again cannot help', async () => {
    responses = [(response) => sendProblem(response, 403, 'SCOPE_MISSING')]
    await expect(take(client().deliveries.stream(), 1)).rejects.toBeInstanceOf(PermissionError)
  })

  test('tries the first connection as often as any call', async () => {
    const refuse = (response: ServerResponse) => response.destroy()
    responses = [refuse, refuse, refuse]
    await expect(take(client().deliveries.stream(), 1)).rejects.toBeInstanceOf(ConnectionError)
    expect(server.requests.length).toBe(3)
  })

  test('ends with the reason of its signal, and the service is told', async () => {
    const closed = new Promise<void>((resolve) => {
      responses = [
        (response) => {
          open(delivery('1'))(response)
          response.on('close', resolve)
        },
      ]
    })
    const controller = new AbortController()
    const reading = async () => {
      for await (const { id } of client().deliveries.stream({}, { signal: controller.signal }))
        controller.abort(new Error(`enough after ${id}`))
    }
    await expect(reading()).rejects.toThrow('enough after 1')
    await closed
  })

  test('takes a connection that is silent for 45 s for dead', async () => {
    vi.useFakeTimers()
    let connections = 0
    const fetch = async (_: string, { signal }: RequestInit) => {
      connections++
      const first = new TextEncoder().encode(`id: start\n\n${delivery(String(connections))}`)
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(first)
          signal?.addEventListener('abort', () => controller.error(new Error('aborted')))
        },
      })
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
    }
    const own = createClient({ baseUrl: server.url, workspaceId: 'w', apiKey: 'k', fetch })
    const broken: string[] = []
    const taken = take(own.deliveries.stream({}, { onBreak: (error) => broken.push(error.code) }), 2)
    await vi.advanceTimersByTimeAsync(44_000)
    expect(connections).toBe(1)
    await vi.advanceTimersByTimeAsync(5_000)
    expect((await taken).map(({ id }) => id)).toEqual(['1', '2'])
    expect(broken).toEqual(['CONNECTION_FAILED'])
  })
})
