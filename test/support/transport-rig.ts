// Owns what tests of sending share: transports and misbehaving servers on this machine, stopped after each test.
// Must never reach beyond 127.0.0.1 and ::1.
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TLSSocket, type TlsOptions } from 'node:tls'
import { systemClock } from '@timbre/server/platform/clock.ts'
import { HttpTransport, type HttpTransportOptions } from '@timbre/server/platform/http/http-transport.ts'
import type { SenderOptions } from '@timbre/server/platform/threads/sender-messages.ts'
import { SenderThreads, type SenderThreadsOptions } from '@timbre/server/platform/threads/sender-threads.ts'
import type { Outcome, SendEnd, Transport } from '@timbre/server/platform/transport.ts'
import { makeCertificates } from './certificates.ts'
import { Receiver, type ReceiverOptions } from './receiver.ts'

export const certificates = await makeCertificates()

const toStop: (() => unknown)[] = []

/** To be called after each test. */
export async function stopAll(): Promise<void> {
  for (const stop of toStop.splice(0)) await stop()
}

/**
 * A transport in development mode that trusts `certificates`, unless told otherwise. In the project `sender-threads` the
 * same transport behind threads; a clock or a lookup cannot be given to a thread, so what needs one is made without.
 */
export function transportWith(options: Partial<HttpTransportOptions> = {}): Transport {
  const { clock = systemClock, lookup, ...rest } = options
  const plain = { policy: { allowTargets: [], allowLoopback: true }, ca: certificates.ca, ...rest }
  const isThreaded = process.env['TRANSPORT'] === 'sender-threads' && clock === systemClock && lookup === undefined
  const transport = isThreaded ? sendersWith({ transport: plain }) : new HttpTransport({ ...plain, ...options, clock })
  toStop.push(() => transport.stop())
  return transport
}

/** Sender threads that must not die, unless told otherwise. */
export function sendersWith({
  transport,
  ...options
}: Partial<Omit<SenderThreadsOptions, 'transport'>> & {
  readonly transport?: Partial<SenderOptions>
} = {}): SenderThreads {
  const unexpected = (error: Error) => {
    throw error
  }
  const threads = new SenderThreads({
    clock: systemClock,
    threads: 1,
    onDeath: unexpected,
    onFault: unexpected,
    ...options,
    transport: { policy: { allowTargets: [], allowLoopback: true }, ca: certificates.ca, ...transport },
  })
  toStop.push(() => threads.stop())
  return threads
}

export async function receiverWith(options: ReceiverOptions = {}): Promise<Receiver> {
  return started(new Receiver({ certificates, ...options }))
}

/** A receiver without TLS. */
export async function plainReceiverWith(options: Omit<ReceiverOptions, 'certificates'> = {}): Promise<Receiver> {
  return started(new Receiver(options))
}

async function started(receiver: Receiver): Promise<Receiver> {
  toStop.push(() => receiver.stop())
  return receiver.start()
}

/** A TLS server that does as it is told once a connection has sent something. Returns its port. */
export function tlsServer(onData: (socket: TLSSocket) => void, options: TlsOptions = {}): Promise<number> {
  const server = createTlsServer({ ...certificates, ...options }, (socket) => onFirstData(socket, onData))
  server.on('tlsClientError', () => undefined)
  return listen(server)
}

/** The same without TLS. */
export function tcpServer(onData: (socket: Socket) => void): Promise<number> {
  return listen(createServer((socket) => onFirstData(socket, onData)))
}

function onFirstData<T extends Socket>(socket: T, onData: (socket: T) => void): void {
  socket.on('error', () => undefined)
  socket.once('data', () => onData(socket))
}

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => sockets.add(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  toStop.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  // A TCP server that listens has an AddressInfo; the other forms belong to pipes.
  return (server.address() as AddressInfo).port
}

/** An attempt. Rejects when this machine was the cause that none could be made. */
export async function post(transport: Transport, url: string, body = '{"id":"evt_1"}'): Promise<Outcome> {
  const end = await send(transport, url, body)
  if (end.kind === 'unsent') throw new Error(end.error)
  return end
}

/** An attempt, or that none could be made. */
export function send(transport: Transport, url: string, body = '{"id":"evt_1"}'): Promise<SendEnd> {
  return transport.send({ url, headers: { 'content-type': 'application/json', 'x-supervisor-event': 'a.b' }, body })
}

/** What an outcome without a response has in common. */
export const NO_RESPONSE = { responseStatus: null, responseHeaders: null, responseBody: null }
