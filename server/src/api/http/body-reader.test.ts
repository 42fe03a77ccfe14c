import { EventEmitter } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { describe, expect, test } from 'vitest'
import { ManualClock } from '../../../../test/support/manual-clock.ts'
import { BodyCapacity } from './body-capacity.ts'
import { readBody } from './body-reader.ts'

const KIB = 1024
const MIB = KIB * KIB
const sender = { workspaceId: 'ours', address: '192.0.2.1', bytesMax: 8 * MIB }

function make() {
  const clock = new ManualClock()
  let short = 0
  const capacity = new BodyCapacity({ clock, onShort: () => void short++ })
  const begin = (headers: Record<string, string>, change: Partial<typeof sender> = {}) => {
    const said: string[] = []
    const request = Object.assign(new EventEmitter(), { headers, resume: () => said.push('read past') })
    const response = { writeContinue: () => said.push('100 Continue') }
    // What is asked of the two.
    const body = readBody(capacity, request as unknown as IncomingMessage, response as unknown as ServerResponse, {
      ...sender,
      ...change,
    })
    body.catch(() => {})
    return { body, said, send: (text: string | Buffer) => request.emit('data', Buffer.from(text)), request }
  }
  return { clock, capacity, begin, short: () => short }
}

describe('a body', () => {
  test('counts from its first byte until it is dealt with, and not when it is announced', async () => {
    const { capacity, begin } = make()
    const { body, send } = begin({ 'content-length': '300000' })
    expect(capacity.bytes).toBe(0)
    send(Buffer.alloc(100_000))
    expect(capacity.bytes).toBe(200_000)
    send(Buffer.alloc(200_000, 'x'))
    expect(capacity.bytes).toBe(300_000)
    const { bytes, done } = await body
    expect(bytes).toHaveLength(300_000)
    expect(bytes[299_999]).toBe(0x78)
    done()
    done()
    expect(capacity.bytes).toBe(0)
  })

  test('of unknown length ends when it says so', async () => {
    const { begin } = make()
    const { body, send, request } = begin({ 'transfer-encoding': 'chunked' })
    for (const piece of ['{"a"', ':', '1}']) send(piece)
    request.emit('end')
    expect(Buffer.from((await body).bytes).toString()).toBe('{"a":1}')
  })

  test('costs its bytes and not its pieces: in too many of them it is refused', async () => {
    const { capacity, begin } = make()
    const { body, send } = begin({ 'transfer-encoding': 'chunked' })
    for (let nth = 0; nth < 1024; nth++) send('x')
    expect(capacity.bytes).toBe(16 * KIB)
    send('x')
    await expect(body).rejects.toMatchObject({ code: 'INVALID_JSON', details: { reason: 'too_many_pieces' } })
    expect(capacity.bytes).toBe(0)
  })

  test('that is too long is refused when it says so, or when it is', async () => {
    const { begin, capacity } = make()
    await expect(begin({ 'content-length': '9000000' }).body).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' })
    const { body, send } = begin({ 'transfer-encoding': 'chunked' }, { bytesMax: 10 })
    send('12345678901')
    await expect(body).rejects.toMatchObject({ code: 'BODY_TOO_LARGE', details: { limitBytes: 10 } })
    expect(capacity.bytes).toBe(0)
  })

  test('that breaks off leaves nothing', async () => {
    const { begin, capacity } = make()
    const { body, send, request } = begin({ 'content-length': '100' })
    send('half')
    request.emit('close')
    await expect(body).rejects.toMatchObject({ code: 'INVALID_JSON', details: { reason: 'unreadable' } })
    expect(capacity.bytes).toBe(0)
  })

  test('is asked for only now where the client waits for that', () => {
    const { begin } = make()
    expect(begin({ 'content-length': '4', expect: '100-continue' }).said).toEqual(['100 Continue'])
    expect(begin({ 'content-length': '4' }).said).toEqual([])
  })

  test('that does not come on is cut off with 408, and what still comes is read past', async () => {
    const { begin, clock, capacity } = make()
    const { body, send, said } = begin({ 'content-length': '100000' })
    send('{')
    await clock.advance(11_000)
    await expect(body).rejects.toMatchObject({ code: 'REQUEST_TIMEOUT' })
    expect(said).toEqual(['read past'])
    expect(capacity.bytes).toBe(0)
    await clock.advance(1000)
    expect(clock.pending).toBe(0)
  })
})

test('who holds memory and stops sending is cut off when somebody wants it, and that one is served', async () => {
  const { begin, clock, short } = make()
  const holders = Array.from({ length: 3 }, () => begin({ 'content-length': String(8 * MIB) }))
  for (const { send } of holders) send(Buffer.alloc(2 * MIB))
  await clock.advance(5000)
  const honest = begin({ 'content-length': String(8 * MIB) })
  for (let sent = 0; sent < 8; sent++) honest.send(Buffer.alloc(MIB))
  expect((await honest.body).bytes).toHaveLength(8 * MIB)
  await expect(holders[0]?.body).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS' })
  expect(short()).toBeGreaterThan(0)
})
