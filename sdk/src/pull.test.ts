import type { ServerResponse } from 'node:http'
import { afterEach, expect, test, vi } from 'vitest'
import { AnsweringServer, type ReceivedRequest, sendJson, sendProblem } from '../test/support/answering-server.ts'
import { createClient } from './index.ts'

const ID = '01990f2e-5400-7b31-9c4d-2f6a8e1b0c3d'

let server: AnsweringServer | undefined
afterEach(() => {
  vi.restoreAllMocks()
  return server?.stop()
})

type Answer = (request: ReceivedRequest, response: ServerResponse) => void

/** A service in which these deliveries are due, one after another. */
async function serving(names: readonly string[], pull?: Answer) {
  const due = names.map((name) => ({
    deliveryId: name,
    leaseToken: `token of ${name}`,
    leaseUntil: '2025-08-19T16:01:00.000Z',
    attempt: 1,
    headers: {},
    body: name,
  }))
  const results: { deliveryId: string; status: number | null; body?: string }[] = []
  server = await new AnsweringServer((request, response) => {
    if (request.path.endsWith('/results')) {
      const told: typeof results = JSON.parse(request.body)
      results.push(...told)
      return sendJson(response, 200, {
        data: told.map(({ deliveryId }) => ({ deliveryId, counted: true, reason: null })),
      })
    }
    if (pull !== undefined) return pull(request, response)
    const { max }: { max: number } = JSON.parse(request.body)
    sendJson(response, 200, { data: due.splice(0, max) })
  }).start()
  const retry = { maxRetries: 0, baseDelayMs: 1 }
  const { webhooks } = createClient({ baseUrl: server.url, workspaceId: ID, apiKey: 'sk_live_0123456789abcdef', retry })
  const pulls = () => server?.requests.filter(({ path }) => path.endsWith('/pull')) ?? []
  return { webhooks, results, pulls }
}

const told = (results: readonly { deliveryId: string; status: number | null }[]) =>
  results.map(({ deliveryId, status }) => `${deliveryId} ${status}`)

test('going on acknowledges; a failure and a release are told as such, and the first word counts', async () => {
  const { webhooks, results } = await serving(['a', 'b', 'c', 'd'])
  for await (const item of webhooks.pull(ID, { max: 2 })) {
    if (item.body === 'b') item.fail(503, 'busy')
    if (item.body === 'c') item.release()
    item.ack(item.body === 'd' ? 'thanks' : undefined)
    if (item.body === 'd') break
  }
  expect(told(results)).toEqual(['a 200', 'b 503', 'c null', 'd 200'])
  expect(results.map(({ body }) => body)).toEqual([undefined, 'busy', undefined, 'thanks'])
})

test('what is left at a break is released, also what was never handed out, and an error does the same', async () => {
  const broken = await serving(['a', 'b', 'c'])
  for await (const item of broken.webhooks.pull(ID)) if (item.body === 'b') break
  expect(told(broken.results)).toEqual(['a 200', 'b null', 'c null'])
  await server?.stop()
  const failing = await serving(['a', 'b'])
  const loop = async () => {
    for await (const _ of failing.webhooks.pull(ID)) throw new Error('the work failed')
  }
  await expect(loop()).rejects.toThrow('the work failed')
  expect(told(failing.results)).toEqual(['a null', 'b null'])
})

test('a signal ends the loop: what is worked on is acknowledged, the rest released', async () => {
  const { webhooks, results } = await serving(['a', 'b', 'c'])
  const stop = new AbortController()
  for await (const item of webhooks.pull(ID, { signal: stop.signal })) if (item.body === 'a') stop.abort()
  expect(told(results)).toEqual(['a 200', 'b null', 'c null'])
})

test('a signal ends the waiting too', async () => {
  const stop = new AbortController()
  const { webhooks } = await serving([], () => stop.abort())
  for await (const _ of webhooks.pull(ID, { signal: stop.signal })) throw new Error('nothing was to come')
  expect(stop.signal.aborted).toBe(true)
})

test('goes on under the same key while the service is away, and with another key after a response', async () => {
  let nth = 0
  const { webhooks, pulls } = await serving([], (_, response) => {
    if (++nth === 1) return sendProblem(response, 503, 'NOT_READY')
    const delivery = { deliveryId: `d${nth}`, leaseToken: 't', leaseUntil: '', attempt: 1, headers: {}, body: `${nth}` }
    sendJson(response, 200, { data: [delivery] })
  })
  const seen: string[] = []
  for await (const { body } of webhooks.pull(ID)) if (seen.push(body) === 2) break
  expect(seen).toEqual(['2', '3'])
  const [first, second, third] = pulls().map(({ headers }) => headers['idempotency-key'])
  expect(first).toBe(second)
  expect(third).not.toBe(second)
})

test('throws what waiting does not help', async () => {
  const { webhooks } = await serving([], (_, response) => sendProblem(response, 404, 'WEBHOOK_NOT_FOUND'))
  await expect(webhooks.pull(ID).next()).rejects.toMatchObject({ code: 'WEBHOOK_NOT_FOUND' })
})

/** Two deliveries; the machine sleeps for so long while the first is worked on. */
async function asleep(ms: number, extend: Answer) {
  const stop = new AbortController()
  const due = ['a', 'b'].map((name) => ({
    deliveryId: name,
    leaseToken: 't',
    leaseUntil: '',
    attempt: 1,
    headers: {},
    body: name,
  }))
  const { webhooks, results } = await serving([], (request, response) => {
    if (request.path.endsWith('/extend')) return extend(request, response)
    if (due.length === 0) stop.abort()
    sendJson(response, 200, { data: due.splice(0) })
  })
  const seen: string[] = []
  for await (const item of webhooks.pull(ID, { leaseSeconds: 60, signal: stop.signal })) {
    const { now } = Date
    if (item.body === 'a') vi.spyOn(Date, 'now').mockImplementation(() => now() + ms)
    seen.push(`${item.body} ${item.isHeld ? 'held' : 'not held'}`)
  }
  return { seen, results }
}

test('hands out nothing whose lease has ended while the machine slept: another consumer may have it', async () => {
  let asked = 0
  const { seen, results } = await asleep(61_000, (_, response) => {
    asked++
    sendProblem(response, 409, 'LEASE_ENDED')
  })
  expect(seen).toEqual(['a not held'])
  expect(told(results)).toEqual(['a 200'])
  expect(asked).toBe(1)
})

test('asks for one whose lease may have ended, and hands it out when it is still its own', async () => {
  const { seen } = await asleep(61_000, (request, response) => {
    const { deliveryId } = JSON.parse(request.body)
    sendJson(response, 200, { deliveryId, leaseUntil: '2025-08-19T16:01:00.000Z' })
  })
  expect(seen).toEqual(['a not held', 'b held'])
})
