// Owns a receiver of webhooks: a real HTTPS server on this machine that answers as a script tells it.
// Must never check what it receives: it keeps the bytes, and the test looks at them.
import { once } from 'node:events'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { createServer as createHttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { Certificates } from './certificates.ts'

export interface ReceivedRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** The raw bytes, for checking signatures. */
  readonly body: Buffer
  /** Milliseconds since 1970, when the body was complete. */
  readonly receivedAt: number
  /** Of the sender's end of the connection. */
  readonly remotePort: number
}

export interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: string | Buffer
  /** Waits before the response. */
  readonly delayMs?: number
  /** Never answers. */
  readonly hang?: boolean
  /** Sends one byte of an endless body at this pace, after the headers. */
  readonly dripEveryMs?: number
  /** Sends chunks of this size as fast as they are read, without an end. */
  readonly floodChunkBytes?: number
  /** Cuts the connection: before any byte of the response, or after the headers and the body given. */
  readonly reset?: 'before_answer' | 'mid_answer'
}

/** @param nth 1 for the first request that this receiver got */
export type Script = (request: ReceivedRequest, nth: number) => Answer | Promise<Answer>

export interface ReceiverOptions {
  /** Absent: plain HTTP, which only development mode delivers to. */
  readonly certificates?: Certificates
  readonly script?: Script
  /** For benchmarks: answers 200 at once, counts, keeps nothing. */
  readonly countOnly?: boolean
  readonly host?: string
  readonly port?: number
  /** How long the server keeps an idle connection; Node's own default is 5000. */
  readonly keepAliveTimeoutMs?: number
}

const OK: Answer = { status: 200, body: 'ok' }

export class Receiver {
  readonly requests: ReceivedRequest[] = []
  readonly #options: ReceiverOptions
  readonly #server: ReturnType<typeof createHttpServer>
  readonly #sockets = new Set<Socket>()
  readonly #waiting = new Set<() => void>()
  #script: Script
  #count = 0
  #connections = 0

  constructor(options: ReceiverOptions = {}) {
    this.#options = options
    this.#script = options.script ?? (() => OK)
    const onRequest = options.countOnly ? this.#countOnly : this.#receive
    this.#server =
      options.certificates === undefined
        ? createHttpServer(onRequest)
        : createHttpsServer({ key: options.certificates.key, cert: options.certificates.cert }, onRequest)
    this.#server.keepAliveTimeout = options.keepAliveTimeoutMs ?? 120_000
    this.#server.keepAliveTimeoutBuffer = 0
    this.#server.on(options.certificates === undefined ? 'connection' : 'secureConnection', this.#connected)
  }

  get count(): number {
    return this.#count
  }

  /** How many connections were opened (with TLS: whose handshake was completed). */
  get connections(): number {
    return this.#connections
  }

  /** How many of them are open. */
  get openConnections(): number {
    return this.#sockets.size
  }

  get port(): number {
    // A TCP server that listens has an AddressInfo; the other forms belong to pipes.
    return (this.#server.address() as AddressInfo).port
  }

  /** The URL of a path at this receiver, for example `https://127.0.0.1:40123/hook`. */
  url(path = '/', host = this.#options.host ?? '127.0.0.1'): string {
    const scheme = this.#options.certificates === undefined ? 'http' : 'https'
    return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${this.port}${path}`
  }

  async start(): Promise<this> {
    this.#server.listen(this.#options.port ?? 0, this.#options.host ?? '127.0.0.1')
    await once(this.#server, 'listening')
    return this
  }

  /** Cuts every connection and closes. Tolerates being called twice. */
  async stop(): Promise<void> {
    if (!this.#server.listening) return
    const closed = once(this.#server, 'close')
    this.#server.close()
    await this.cut()
    await closed
  }

  /** Cuts every connection and goes on listening. */
  async cut(): Promise<void> {
    const closed = [...this.#sockets].map((socket) => once(socket, 'close'))
    for (const socket of this.#sockets) socket.destroy()
    await Promise.all(closed)
  }

  /** Answers differently from now on. */
  answer(script: Script | Answer): void {
    this.#script = typeof script === 'function' ? script : () => script
  }

  /** Forgets what was received. */
  clear(): void {
    this.requests.length = 0
    this.#count = 0
  }

  /**
   * Waits until so many requests came, or until the predicate holds, and gives the requests.
   * @param condition a number of requests (with `countOnly`: of those counted), or a predicate over all of them
   */
  async waitFor(
    condition: number | ((requests: readonly ReceivedRequest[]) => boolean),
    timeoutMs = 10_000,
  ): Promise<readonly ReceivedRequest[]> {
    const isMet = () => (typeof condition === 'number' ? this.#count >= condition : condition(this.requests))
    if (isMet()) return this.requests
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const check = () => isMet() && resolve()
    const timer = setTimeout(
      () => reject(new Error(`The receiver got ${this.#count} requests within ${timeoutMs} ms, which is not enough.`)),
      timeoutMs,
    )
    this.#waiting.add(check)
    try {
      await promise
    } finally {
      clearTimeout(timer)
      this.#waiting.delete(check)
    }
    return this.requests
  }

  readonly #connected = (socket: Socket): void => {
    this.#connections++
    this.#sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => this.#sockets.delete(socket))
  }

  readonly #countOnly = (request: IncomingMessage, response: ServerResponse): void => {
    request.resume()
    request.on('end', () => {
      this.#counted()
      response.writeHead(200, { 'content-length': '0' }).end()
    })
  }

  readonly #receive = (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = []
    request.on('error', () => undefined)
    response.on('error', () => undefined)
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', async () => {
      const received: ReceivedRequest = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks),
        receivedAt: Date.now(),
        remotePort: request.socket.remotePort ?? 0,
      }
      this.requests.push(received)
      this.#counted()
      const answer = await this.#script(received, this.#count)
      this.#check()
      await play(answer, request.socket, response)
    })
  }

  // A predicate may look at what the script noted: it is asked when a request came, and again when its response is known.
  #check(): void {
    for (const check of this.#waiting) check()
  }

  #counted(): void {
    this.#count++
    this.#check()
  }
}

/**
 * @param socket of the request: the response has none of its own yet when the next request came on a connection before Node
 *   noted that the response before was sent, which happens under load
 */
async function play(answer: Answer, socket: Socket, response: ServerResponse): Promise<void> {
  if (answer.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, answer.delayMs))
  if (answer.hang === true) return
  if (socket.destroyed) return
  if (answer.reset === 'before_answer') return cut(socket)
  response.writeHead(answer.status ?? 200, headersOf(answer))
  if (answer.dripEveryMs !== undefined) return drip(response, answer.dripEveryMs)
  if (answer.floodChunkBytes !== undefined) return flood(response, answer.floodChunkBytes)
  if (answer.reset === 'mid_answer') {
    response.write(answer.body ?? 'half', () => cut(socket))
    return
  }
  response.end(answer.body ?? '')
}

function headersOf(answer: Answer): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {}
  for (const [name, value] of Object.entries(answer.headers ?? {})) {
    headers[name] = typeof value === 'string' ? value : [...value]
  }
  return headers
}

// `resetAndDestroy` sends a TCP reset; a TLS socket has no such thing and closes without the rest of the response.
function cut(socket: Socket): void {
  if ('encrypted' in socket) socket.destroy()
  else socket.resetAndDestroy()
}

function drip(response: ServerResponse, everyMs: number): void {
  response.write('.')
  const timer = setInterval(() => response.write('.'), everyMs)
  response.on('close', () => clearInterval(timer))
}

function flood(response: ServerResponse, chunkBytes: number): void {
  const chunk = Buffer.alloc(chunkBytes, 'x')
  const fill = () => {
    while (!response.destroyed && response.write(chunk)) {
      // `write` tells when the peer reads more slowly than we send.
    }
  }
  response.on('drain', fill)
  fill()
}
