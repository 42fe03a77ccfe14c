// Owns the guarantees of sending about the connections that the transport keeps, against real servers on this machine.
// Must never reach beyond 127.0.0.1 and ::1.
import type { Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { ManualClock } from '../../../../test/support/manual-clock.ts'
import {
  NO_RESPONSE,
  plainReceiverWith,
  post,
  receiverWith,
  send,
  stopAll,
  tcpServer,
  tlsServer,
  transportWith,
} from '../../../../test/support/transport-rig.ts'
import { type Clock, systemClock } from '../clock.ts'
import type { Outcome, Transport } from '../transport.ts'
import { HttpTransport } from './http-transport.ts'

afterEach(stopAll)

/** The system's clock, set forward by `skip`; timers run as ever. */
function movableClock() {
  let skippedMs = 0
  const monotonic = () => systemClock.monotonic() + skippedMs
  const skip = (ms: number) => {
    skippedMs += ms
  }
  return { clock: { ...systemClock, monotonic }, skip }
}

describe('an idle connection', () => {
  test('is used again after 50 s, and no more after 56 s', async () => {
    const receiver = await receiverWith()
    const { clock, skip } = movableClock()
    const transport = transportWith({ clock })
    await post(transport, receiver.url())
    skip(50_000)
    expect((await post(transport, receiver.url())).timings.connect).toBeNull()
    skip(56_000)
    expect((await post(transport, receiver.url())).timings.connect).not.toBeNull()
    expect(receiver.connections).toBe(2)
  })

  test('is closed when it has been idle for so long, also when nothing is sent any more', async () => {
    const receiver = await receiverWith({ script: () => ({ delayMs: 20, body: 'ok' }) })
    const { clock, skip } = movableClock()
    const sweeps: (() => void)[] = []
    const schedule: Clock['schedule'] = (callback, delayMs) => {
      if (delayMs < 20_000) return systemClock.schedule(callback, delayMs)
      sweeps.push(callback)
      return () => undefined
    }
    const transport = transportWith({ clock: { ...clock, schedule } })
    await Promise.all([post(transport, receiver.url()), post(transport, receiver.url())])
    skip(30_000)
    await post(transport, receiver.url())
    expect([sweeps.length, receiver.openConnections]).toEqual([1, 2])
    for (const left of [1, 0]) {
      skip(30_000)
      sweeps.shift()?.()
      await expect.poll(() => receiver.openConnections).toBe(left)
    }
    expect([sweeps.length, receiver.connections]).toEqual([0, 2])
  })

  test('is given up a second sooner than the server was seen to close one', async () => {
    const receiver = await receiverWith()
    const { clock, skip } = movableClock()
    const transport = transportWith({ clock })
    await post(transport, receiver.url())
    skip(5000)
    await receiver.cut()
    // The close of the other side takes a few ticks to arrive.
    for (let tick = 0; tick < 50; tick++) await new Promise(setImmediate)
    await post(transport, receiver.url())
    skip(3900)
    expect((await post(transport, receiver.url())).timings.connect).toBeNull()
    skip(4100)
    expect((await post(transport, receiver.url())).timings.connect).not.toBeNull()
    expect(receiver.connections).toBe(3)
  })

  test('is not used again when the server announced that it closes within a second', async () => {
    const receiver = await receiverWith({ keepAliveTimeoutMs: 1000 })
    const transport = transportWith()
    for (let nth = 1; nth <= 2; nth++) {
      expect((await post(transport, receiver.url())).kind).toBe('answered')
      expect(receiver.connections).toBe(nth)
    }
  })

  test('is replaced after ten minutes although it never fell idle for long', async () => {
    const receiver = await receiverWith()
    const { clock, skip } = movableClock()
    const transport = transportWith({ clock })
    for (let seconds = 0; seconds <= 700; seconds += 50) {
      expect((await post(transport, receiver.url())).kind).toBe('answered')
      skip(50_000)
    }
    expect(receiver.connections).toBe(2)
  })
})

describe('a server that closes without saying so', () => {
  const RESPONSE = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'

  /** So many requests, some at once, each after the response to another. Returns the kinds of their ends. */
  async function burst(
    transport: Transport,
    url: string,
    requests: number,
    atOnce: number,
  ): Promise<readonly string[]> {
    const kinds: string[] = []
    let left = requests
    const one = async () => {
      while (left-- > 0) kinds.push((await send(transport, url)).kind)
    }
    await Promise.all(Array.from({ length: atOnce }, one))
    return kinds
  }

  test.each([
    ['with its response, over TLS', tlsServer, 'https', 0],
    ['with its response', tcpServer, 'http', 0],
    ['a tick after its response', tcpServer, 'http', 1],
  ] as const)('after each response costs no attempt: %s', async (_, listen, scheme, later) => {
    let connections = 0
    const port = await listen((socket: Socket) => {
      connections++
      socket.write(RESPONSE)
      if (later === 0) socket.end()
      else setImmediate(() => socket.end())
    })
    const kinds = await burst(transportWith(), `${scheme}://localhost:${port}/`, 1000, 32)
    expect(kinds.filter((kind) => kind !== 'answered')).toEqual([])
    expect(connections).toBe(1000)
  })

  test('while a request is about to be written gets it over another connection, and it is sent once', async () => {
    const sockets: Socket[] = []
    const port = await tcpServer((socket) => {
      sockets.push(socket)
      socket.on('data', () => undefined)
      socket.write(RESPONSE)
    })
    const transport = new HttpTransport({ clock: systemClock, policy: { allowTargets: [], allowLoopback: true } })
    const url = `http://127.0.0.1:${port}/`
    await post(transport, url)
    // In one timer: the end is there before the end of the tick, at which requests are written.
    const outcome = await new Promise<Outcome>((resolve) =>
      setTimeout(() => {
        sockets[0]?.end()
        void post(transport, url).then(resolve)
      }),
    )
    expect(outcome).toMatchObject({ kind: 'answered', timings: { connect: expect.any(Number) } })
    expect(sockets.length).toBe(2)
    await transport.stop()
  })

  test('once, at a restart, is not held against it for long', async () => {
    let connections = 0
    const sockets: Socket[] = []
    const port = await tcpServer((socket) => {
      connections++
      sockets.push(socket)
      socket.write(RESPONSE)
      socket.on('data', () => socket.write(RESPONSE))
    })
    const { clock, skip } = movableClock()
    const timers: { readonly callback: () => void; readonly at: number }[] = []
    const schedule: Clock['schedule'] = (callback, delayMs) => {
      if (delayMs >= 15_000) return systemClock.schedule(callback, delayMs)
      const timer = { callback, at: clock.monotonic() + delayMs }
      timers.push(timer)
      return () => void timers.splice(timers.indexOf(timer), 1)
    }
    const advance = (ms: number) => {
      for (let passed = 0; passed < ms; passed += 100) {
        skip(100)
        for (const timer of timers.filter(({ at }) => at <= clock.monotonic())) {
          timers.splice(timers.indexOf(timer), 1)
          timer.callback()
        }
      }
    }
    const transport = new HttpTransport({
      clock: { ...clock, schedule },
      policy: { allowTargets: [], allowLoopback: true },
    })
    const url = `http://127.0.0.1:${port}/`
    await post(transport, url)
    advance(1700)
    const [first] = sockets
    first?.end()
    await new Promise((resolve) => first?.once('close', resolve))
    connections = 0
    for (let nth = 0; nth < 12; nth++) {
      expect((await post(transport, url)).kind).toBe('answered')
      advance(1200)
    }
    // 12 for ever, if 850 ms were never tried again.
    expect(connections).toBeLessThanOrEqual(3)
    await transport.stop()
  })
})

describe('sockets', () => {
  test('are bounded over all origins: what exceeds the bound waits, and idle ones are closed for it', async () => {
    const receivers = await Promise.all(
      Array.from({ length: 6 }, () => receiverWith({ script: () => ({ delayMs: 5, body: 'ok' }) })),
    )
    const transport = transportWith({ socketsMax: 4 })
    let most = 0
    const watch = setInterval(() => {
      most = Math.max(
        most,
        receivers.map(({ openConnections }) => openConnections).reduce((a, b) => a + b),
      )
    }, 1)
    const outcomes = await Promise.all(
      receivers.flatMap((receiver) => Array.from({ length: 10 }, (_, nth) => post(transport, receiver.url(`/${nth}`)))),
    )
    clearInterval(watch)
    expect(outcomes.every(({ kind }) => kind === 'answered')).toBe(true)
    expect(receivers.map(({ count }) => count)).toEqual(receivers.map(() => 10))
    // A receiver notes the end of a connection some turns after others were opened in its place. Unbounded there are 60.
    expect(most).toBeLessThanOrEqual(4 * 4)
  })

  test('that are all in use until the deadline are no fault of who waits: no attempt was made', async () => {
    const hanging = await receiverWith({ script: () => ({ hang: true }) })
    const healthy = await receiverWith()
    const clock = new ManualClock()
    const transport = transportWith({ socketsMax: 2, clock })
    const hung = Array.from({ length: 2 }, () => send(transport, hanging.url()))
    const late = send(transport, healthy.url())
    await hanging.waitFor(2)
    await clock.advance(15_000)
    for (const { kind } of await Promise.all(hung)) expect(kind).toBe('timed_out')
    expect(await late).toEqual({ kind: 'unsent', error: expect.stringContaining('TIMBRE_MAX_SOCKETS') })
    expect(await post(transport, healthy.url())).toMatchObject({ kind: 'answered' })
    expect(healthy.count).toBe(1)
  })

  test.each([
    [1000, { kind: 'unsent', error: expect.stringContaining('TIMBRE_MAX_SOCKETS') }, 0],
    [2000, { kind: 'answered' }, 1],
  ])('that are free again %d ms before the deadline', async (leftMs, end, requests) => {
    const hanging = await receiverWith({ script: () => ({ hang: true }) })
    const healthy = await receiverWith()
    const clock = new ManualClock()
    const transport = transportWith({ socketsMax: 1, clock })
    const hung = send(transport, hanging.url())
    await hanging.waitFor(1)
    await clock.advance(leftMs)
    const late = send(transport, healthy.url())
    await clock.advance(15_000 - leftMs)
    expect(await hung).toMatchObject({ kind: 'timed_out' })
    expect(await late).toMatchObject(end)
    expect(healthy.count).toBe(requests)
    expect(await post(transport, healthy.url())).toMatchObject({ kind: 'answered' })
  })
})

describe('connections', () => {
  test('to ::1 work in development mode, and http:// does for loopback hosts', async () => {
    const six = await receiverWith({ host: '::1' })
    expect(await post(transportWith(), six.url())).toMatchObject({ kind: 'answered', remoteAddress: '::1' })
    const plain = await plainReceiverWith()
    const outcome = await post(transportWith(), plain.url('/', 'localhost'))
    expect(outcome).toMatchObject({ kind: 'answered', timings: { tls: null } })
  })

  test('try the next address when one does not answer', async () => {
    const receiver = await receiverWith()
    const lookup = async () => [
      { address: '::1', family: 6 as const },
      { address: '127.0.0.1', family: 4 as const },
    ]
    const outcome = await post(transportWith({ lookup }), receiver.url('/', 'localhost'))
    expect(outcome).toMatchObject({ kind: 'answered', remoteAddress: '127.0.0.1' })
  })

  test('to one origin are bounded: what exceeds the bound waits and is sent once', async () => {
    const receiver = await receiverWith({ script: () => ({ delayMs: 10, body: 'ok' }) })
    const transport = transportWith({ connectionsPerOrigin: 4 })
    const outcomes = await Promise.all(Array.from({ length: 40 }, (_, nth) => post(transport, receiver.url(`/${nth}`))))
    expect(outcomes.every(({ kind }) => kind === 'answered')).toBe(true)
    expect(new Set(receiver.requests.map(({ path }) => path)).size).toBe(40)
    expect(receiver.count).toBe(40)
    expect(receiver.connections).toBeLessThanOrEqual(4)
  })

  test('a request that waits past its deadline is never sent, and harms no other', async () => {
    const receiver = await receiverWith({ script: ({ path }) => (path === '/slow' ? { hang: true } : { body: 'ok' }) })
    const clock = new ManualClock()
    const transport = transportWith({ connectionsPerOrigin: 1, clock })
    const slow = post(transport, receiver.url('/slow'))
    const late = post(transport, receiver.url('/late'))
    await receiver.waitFor(1)
    await clock.advance(15_000)
    expect(await late).toMatchObject({ kind: 'timed_out', error: expect.stringContaining('No connection') })
    expect((await slow).kind).toBe('timed_out')
    expect(await post(transport, receiver.url('/next'))).toMatchObject({ kind: 'answered' })
    expect(receiver.requests.map(({ path }) => path)).toEqual(['/slow', '/next'])
  })

  test('that hang at one path of an origin do not delay another path', async () => {
    const receiver = await receiverWith({ script: ({ path }) => (path === '/dead' ? { hang: true } : { body: 'ok' }) })
    const transport = transportWith({ timeoutMs: 60_000 })
    let given = 0
    const dead = Array.from({ length: 64 }, () => post(transport, receiver.url('/dead')).finally(() => given++))
    await receiver.waitFor(64)
    const healthy = await post(transport, receiver.url('/healthy'))
    expect(healthy.kind).toBe('answered')
    expect(given).toBe(0)
    await transport.stop()
    await receiver.stop()
    for (const { kind } of await Promise.all(dead)) expect(kind).toBe('connection_reset')
  })

  test('to the origin used least recently are closed when there are too many origins, but none in use', async () => {
    const receivers = await Promise.all([receiverWith(), receiverWith(), receiverWith()])
    const [first, second, third] = receivers.map((receiver) => receiver.url()) as [string, string, string]
    const transport = transportWith({ originsMax: 2 })
    const held = Promise.withResolvers<void>()
    receivers[0]?.answer(async () => {
      await held.promise
      return { body: 'ok' }
    })
    const inUse = post(transport, first)
    await receivers[0]?.waitFor(1)
    for (const url of [second, third, second, third]) expect((await post(transport, url)).kind).toBe('answered')
    held.resolve()
    expect((await inUse).kind).toBe('answered')
    expect((await post(transport, first)).timings.connect).toBeNull()
    expect(receivers.map(({ connections }) => connections)).toEqual([1, 2, 2])
  })

  test('resume their TLS session, so that a second handshake is cheap', async () => {
    const resumed: boolean[] = []
    const port = await tlsServer((socket) => {
      resumed.push(socket.isSessionReused())
      socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
    })
    const url = `https://localhost:${port}/`
    const transport = transportWith()
    expect((await post(transport, url)).kind).toBe('answered')
    expect((await post(transport, url)).kind).toBe('answered')
    expect(resumed).toEqual([false, true])
  })

  test('carry large bodies, many at once and again and again, each as it was given', async () => {
    const receiver = await receiverWith()
    const transport = transportWith()
    const bodies = Array.from({ length: 120 }, (_, nth) => `${nth}:${String(nth % 10).repeat(5000 + nth * 150)}`)
    for (let at = 0; at < bodies.length; at += 40)
      await Promise.all(bodies.slice(at, at + 40).map((body) => post(transport, receiver.url(), body)))
    expect(new Set(receiver.requests.map(({ body }) => body.toString()))).toEqual(new Set(bodies))
  })

  test('are closed by stop, which refuses what comes later', async () => {
    const receiver = await receiverWith()
    const transport = transportWith()
    await post(transport, receiver.url())
    await transport.stop()
    await transport.stop()
    expect(await post(transport, receiver.url())).toMatchObject({ ...NO_RESPONSE, kind: 'connection_failed' })
    expect(receiver.count).toBe(1)
  })
})
