// Owns the guarantees of the port before the server has it: it is taken, it says what is going on, and it is handed over whole.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../../platform/clock.ts'
import { SystemRandom } from '../../platform/random.ts'
import { EarlyDoor } from './early-door.ts'

const OPTIONS = { host: '127.0.0.1', clock: systemClock, random: new SystemRandom(), version: '1.2.3', backlog: 64 }

const server = () => createServer((_request, response) => void response.end('the server'))
let taken: ReturnType<typeof server>
let port: number
let door: EarlyDoor
beforeEach(async () => {
  const free = createServer().listen(0, '127.0.0.1')
  await once(free, 'listening')
  // Of a server that listens on a port.
  port = (free.address() as AddressInfo).port
  free.close()
  await once(free, 'close')
  door = await EarlyDoor.open({ ...OPTIONS, port })
  taken = server()
})
afterEach(async () => {
  door.handTo(taken)
  if (!taken.listening) taken.listen()
  taken.closeAllConnections()
  taken.close()
  await once(taken, 'close')
})

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`http://127.0.0.1:${port}${path}`, { headers })

test('the port is nobody else’s from then on', async () => {
  await expect(EarlyDoor.open({ ...OPTIONS, port })).rejects.toMatchObject({ code: 'EADDRINUSE', port })
})

test('whoever asks is told that it starts, in their language, and that the process lives', async () => {
  const answer = await get('/v1/webhooks', { 'accept-language': 'es', authorization: 'Bearer key' })
  expect([answer.status, answer.headers.get('retry-after'), answer.headers.get('connection')]).toEqual([
    503,
    '1',
    'close',
  ])
  expect(await answer.json()).toMatchObject({
    code: 'NOT_READY',
    message: expect.stringContaining('arrancando'),
    details: { status: 'starting' },
  })
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  expect((await get('/health/ready')).status).toBe(503)
  expect(await (await get('/health/live')).json()).toEqual({ status: 'ok', version: '1.2.3' })
})

test('the server that it is handed to gets every later connection, and closes the port with itself', async () => {
  const early = connect(port, '127.0.0.1')
  await once(early, 'connect')
  door.handTo(taken)
  await once(taken.listen(), 'listening')
  expect(await (await get('/anything')).text()).toBe('the server')
  expect((taken.address() as AddressInfo).port).toBe(port)
  early.destroy()
  taken.closeAllConnections()
  taken.close()
  await once(taken, 'close')
  await expect(get('/anything')).rejects.toThrow()
  taken = server()
  door = await EarlyDoor.open({ ...OPTIONS, port })
})
