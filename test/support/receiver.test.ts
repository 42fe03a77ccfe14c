// Owns the guarantees of the test receiver, because a receiver that lies makes every other test worthless.
// Must never reach beyond this machine.
import { request } from 'node:https'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { type Certificates, makeCertificates } from './certificates.ts'
import { Receiver } from './receiver.ts'

let certificates: Certificates
let receiver: Receiver | undefined

beforeAll(async () => {
  certificates = await makeCertificates()
})
afterEach(async () => {
  await receiver?.stop()
})

function post(url: string, body: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', ca: certificates.ca, agent: false }, (response) => {
      let text = ''
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }))
      response.on('error', reject)
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

test('keeps the raw bytes of every request and answers as the script says', async () => {
  receiver = await new Receiver({
    certificates,
    script: (_, nth) => (nth === 1 ? { status: 500, body: 'no' } : { status: 201, body: 'yes' }),
  }).start()
  expect(await post(receiver.url('/a'), '{"é":1}')).toEqual({ status: 500, body: 'no' })
  expect(await post(receiver.url('/b', 'localhost'), '2')).toEqual({ status: 201, body: 'yes' })
  expect(receiver.requests.map(({ path, body }) => [path, body.toString()])).toEqual([
    ['/a', '{"é":1}'],
    ['/b', '2'],
  ])
  expect(receiver.connections).toBe(2)
})

test('cuts the connection before the response or in its midst', async () => {
  receiver = await new Receiver({ certificates, script: () => ({ reset: 'before_answer' }) }).start()
  await expect(post(receiver.url(), '')).rejects.toThrow()
  receiver.answer({ reset: 'mid_answer', headers: { 'content-length': '100' } })
  await expect(post(receiver.url(), '')).rejects.toThrow()
  expect(receiver.count).toBe(2)
})

test('waits for a number of requests or for a predicate, and says what is missing when time is up', async () => {
  receiver = await new Receiver({ certificates }).start()
  const two = receiver.waitFor(2)
  const path = receiver.waitFor((requests) => requests.some((each) => each.path === '/b'))
  await post(receiver.url('/a'), '')
  await post(receiver.url('/b'), '')
  expect(await two).toHaveLength(2)
  expect(await path).toHaveLength(2)
  await expect(receiver.waitFor(3, 10)).rejects.toThrow('got 2 requests within 10 ms')
})

test('counts only, when it is asked to', async () => {
  receiver = await new Receiver({ certificates, countOnly: true }).start()
  expect(await post(receiver.url(), 'x')).toEqual({ status: 200, body: '' })
  await receiver.waitFor(1)
  expect(receiver.requests).toHaveLength(0)
})
