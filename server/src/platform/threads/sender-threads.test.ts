// Owns the guarantees of sender threads beyond those of any transport, which the project `sender-threads` runs as well.
// Must never reach beyond 127.0.0.1 and ::1.
import type { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ManualClock } from '../../../../test/support/manual-clock.ts'
import { NO_RESPONSE, post, receiverWith, sendersWith, stopAll } from '../../../../test/support/transport-rig.ts'
import { until } from '../../../../test/support/until.ts'
import { automaticSenderThreads } from './sender-threads.ts'

let workers: Worker[] = []
const seen = (worker: Worker) => workers.push(worker)
beforeEach(() => {
  workers = []
  process.on('worker', seen)
})
afterEach(async () => {
  process.off('worker', seen)
  await stopAll()
})

describe('sender threads', () => {
  test('answer in the order in which answers come, not in that of the requests', async () => {
    const receiver = await receiverWith({ script: ({ path }) => ({ delayMs: path === '/slow' ? 300 : 0, body: path }) })
    const senders = sendersWith()
    const order: (string | null)[] = []
    const sent = ['/slow', '/a', '/b'].map(async (path) =>
      order.push((await post(senders, receiver.url(path))).responseBody),
    )
    await Promise.all(sent)
    expect(order.at(-1)).toBe('/slow')
  })

  test('send a text and bytes unchanged, without what lies beside the bytes', async () => {
    const receiver = await receiverWith()
    const senders = sendersWith()
    const pool = Buffer.from('secret{"é":"🎧"}secret')
    const bytes = pool.subarray(6, pool.length - 6)
    for (const body of [bytes, bytes.toString()]) await senders.send({ url: receiver.url(), headers: {}, body })
    expect(receiver.requests.map(({ body }) => body.toString())).toEqual(['{"é":"🎧"}', '{"é":"🎧"}'])
  })

  test('keep an origin with few requests in one thread, over one connection', async () => {
    const receiver = await receiverWith()
    const senders = sendersWith({ threads: 4 })
    for (let nth = 0; nth < 8; nth++) await post(senders, receiver.url(`/${nth}`))
    expect(workers.length).toBe(1)
    expect(receiver.connections).toBe(1)
  })

  test('let an origin with many requests use every thread', async () => {
    const receiver = await receiverWith({ script: () => ({ delayMs: 20 }) })
    const senders = sendersWith({ threads: 3 })
    const outcomes = await Promise.all(Array.from({ length: 100 }, () => post(senders, receiver.url())))
    expect(outcomes.every(({ responseStatus }) => responseStatus === 200)).toBe(true)
    expect(workers.length).toBe(3)
    expect(receiver.count).toBe(100)
  })

  test('are not held up by an origin that hangs, whatever thread it is in', async () => {
    const hanging = await receiverWith({ script: () => ({ hang: true }) })
    const healthy = await receiverWith()
    const senders = sendersWith({ threads: 2 })
    let given = 0
    const dead = Array.from({ length: 100 }, () => post(senders, hanging.url()).finally(() => given++))
    await hanging.waitFor(100)
    for (let nth = 0; nth < 20; nth++) {
      const outcome = await post(senders, healthy.url())
      expect(outcome.responseStatus).toBe(200)
    }
    expect(given).toBe(0)
    await hanging.stop()
    for (const { kind } of await Promise.all(dead)) expect(kind).toBe('connection_reset')
  })

  test('stop like a transport: what is in flight ends, what comes later is refused, the threads are gone', async () => {
    const receiver = await receiverWith({ script: () => ({ delayMs: 100 }) })
    const senders = sendersWith()
    const inFlight = post(senders, receiver.url())
    await receiver.waitFor(1)
    await Promise.all([senders.stop(), senders.stop()])
    expect(await post(senders, receiver.url())).toMatchObject({ ...NO_RESPONSE, kind: 'connection_failed' })
    expect((await inFlight).responseStatus).toBe(200)
    await until(
      async () => workers.every((worker) => worker.threadId === -1),
      (areGone) => areGone,
    )
    expect(receiver.count).toBe(1)
  })
})

describe('a sender thread that dies', () => {
  test('gives each of its requests an outcome, sends none twice, and is replaced', async () => {
    const receiver = await receiverWith({ script: ({ path }) => (path === '/hang' ? { hang: true } : {}) })
    const deaths: number[] = []
    const senders = sendersWith({ threads: 1, onDeath: (_, lost) => deaths.push(lost) })
    const lost = Array.from({ length: 5 }, () => post(senders, receiver.url('/hang')))
    await receiver.waitFor(5)
    await workers[0]?.terminate()
    for (const outcome of await Promise.all(lost)) {
      expect(outcome).toMatchObject({ ...NO_RESPONSE, kind: 'connection_failed' })
      expect(outcome.error).toContain('may have arrived')
    }
    expect(deaths).toEqual([5])
    expect((await post(senders, receiver.url())).responseStatus).toBe(200)
    expect(workers.length).toBe(2)
    expect(receiver.count).toBe(6)
  })

  test('again and again is a fault that is told once, and nothing is sent from then on', async () => {
    const receiver = await receiverWith()
    let deaths = 0
    const faults: Error[] = []
    const senders = sendersWith({
      threads: 1,
      onDeath: () => deaths++,
      onFault: (error) => faults.push(error),
    })
    senders.start()
    for (let nth = 0; nth < 5; nth++) {
      await until(
        async () => workers.length,
        (count) => count > nth,
      )
      await workers[nth]?.terminate()
      await until(
        async () => deaths,
        (count) => count > nth,
      )
    }
    expect(faults.length).toBe(1)
    expect(workers.length).toBe(5)
    expect(await post(senders, receiver.url())).toMatchObject({ ...NO_RESPONSE, kind: 'connection_failed' })
  })

  test('while it is blocked lets no request wait beyond its time, and is replaced', async () => {
    const receiver = await receiverWith({ script: ({ path }) => (path === '/hang' ? { hang: true } : {}) })
    const clock = new ManualClock()
    const deaths: Error[] = []
    const senders = sendersWith({ threads: 1, clock, onDeath: (error) => deaths.push(error) })
    const blocked = post(senders, receiver.url('/hang'))
    await receiver.waitFor(1)
    // To the one that waits a thread that does not come to its timers, and a time that passed, look the same.
    await clock.advance(20_000)
    expect(await blocked).toMatchObject({ ...NO_RESPONSE, kind: 'timed_out' })
    await until(
      async () => deaths.length,
      (count) => count === 1,
    )
    expect((await post(senders, receiver.url())).responseStatus).toBe(200)
  })
})

test('threads are taken only where there are cores for them', () => {
  expect([1, 2, 3, 4, 8, 64].map(automaticSenderThreads)).toEqual([0, 0, 1, 2, 6, 8])
})
