import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { ManualClock } from '../../../../test/support/manual-clock.ts'
import { clientAddresses } from './client-address.ts'
import { Connections } from './connections.ts'

class FakeSocket extends EventEmitter {
  destroyed = false
  writableLength = 0
  readonly remoteAddress: string
  constructor(remoteAddress: string) {
    super()
    this.remoteAddress = remoteAddress
  }
  destroy() {
    this.destroyed = true
    this.emit('close')
  }
}

function make(limits = { connections: 4, connectionsPerAddress: 3 }) {
  const clock = new ManualClock()
  const cut: string[] = []
  const addresses = clientAddresses(['10.0.0.0/8'])
  const connections = new Connections({ clock, addresses, onCut: (reason) => cut.push(reason) }, limits)
  const open = (address = '192.0.2.1') => {
    const socket = new FakeSocket(address)
    connections.add(socket as unknown as Socket)
    return socket
  }
  return { clock, cut, connections, open, asSocket: (fake: FakeSocket) => fake as unknown as Socket }
}

const busy = { socket: {}, headersSent: false, writableFinished: false } as unknown as ServerResponse

describe('when there are too many connections', () => {
  test('the oldest of the same address goes that has shown no good key', () => {
    const { connections, open, cut, asSocket } = make()
    const [known, second, third] = [open(), open(), open()]
    connections.prove(asSocket(known))
    open()
    expect([known.destroyed, second.destroyed, third.destroyed]).toEqual([false, true, false])
    expect(cut).toEqual(['crowded'])
    expect(connections.count).toBe(3)
  })

  test('over all, it is the oldest of any address', () => {
    const { open, connections } = make()
    const [first] = [open('192.0.2.1'), open('192.0.2.2'), open('192.0.2.3'), open('192.0.2.4'), open('192.0.2.5')]
    expect(first?.destroyed).toBe(true)
    expect(connections.count).toBe(4)
  })

  test('one that is busy for a good key stays, and the new one goes', () => {
    const { connections, open, asSocket } = make()
    const known = [open(), open(), open()]
    for (const socket of known) {
      connections.prove(asSocket(socket))
      connections.begin(asSocket(socket), busy)
    }
    expect(open().destroyed).toBe(true)
    expect(known.some(({ destroyed }) => destroyed)).toBe(false)
  })

  test('those of a trusted proxy are not counted by its address', () => {
    const { open, connections } = make()
    for (let nth = 0; nth < 4; nth++) open('10.0.0.1')
    expect(connections.count).toBe(4)
  })
})

test('a request before the response to the one before it ends the connection', () => {
  const { connections, open, cut, asSocket } = make()
  const socket = open()
  expect(connections.begin(asSocket(socket), busy)).toBe(true)
  // Node gives a response its socket when those before it are through.
  expect(connections.begin(asSocket(socket), { socket: null } as ServerResponse)).toBe(false)
  expect(socket.destroyed).toBe(true)
  expect(cut).toEqual(['pipelined'])
})

describe('a response that is not read', () => {
  test('is given up after 30 s, and not when its reader goes on', async () => {
    const { open, clock } = make()
    const [stuck, slow] = [open(), open()]
    stuck.writableLength = slow.writableLength = 1000
    await clock.advance(20_000)
    slow.writableLength = 0
    await clock.advance(1000)
    slow.writableLength = 1000
    await clock.advance(10_500)
    expect([stuck.destroyed, slow.destroyed]).toEqual([true, false])
  })

  test('is given up sooner when all of them take more than 64 MiB, the one that waits longest first', async () => {
    const { open, clock, cut } = make()
    const first = open()
    first.writableLength = 40 * 1024 * 1024
    await clock.advance(1000)
    const second = open()
    second.writableLength = 40 * 1024 * 1024
    await clock.advance(1000)
    expect([first.destroyed, second.destroyed]).toEqual([true, false])
    expect(cut).toEqual(['unread'])
  })
})

test('no timer is left when there is no connection', async () => {
  const { open, clock } = make()
  open().destroy()
  await clock.advance(1000)
  expect(clock.pending).toBe(0)
})
