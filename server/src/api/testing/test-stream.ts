// Owns a reader of a live stream for tests: a real connection, its frames as they come.
// Must never be imported by anything but tests.
import { once } from 'node:events'
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'

export interface TestFrame {
  readonly id: string | undefined
  readonly event: string | undefined
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came
  readonly data: any
  readonly retry: string | undefined
}

export interface StreamCall {
  readonly url?: string
  readonly method?: 'GET' | 'HEAD'
  readonly headers?: Readonly<Record<string, string>>
}

export class TestStream {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly frames: TestFrame[] = []
  text = ''
  isEnded = false
  readonly #request: ClientRequest
  readonly #response: IncomingMessage

  private constructor(request: ClientRequest, response: IncomingMessage) {
    this.#request = request
    this.#response = response
    this.status = response.statusCode ?? 0
    this.headers = response.headers
    response.setEncoding('utf8')
    response.on('data', (text: string) => this.#read(text))
    response.on('close', () => {
      this.isEnded = true
    })
    response.on('error', () => {})
  }

  static async open(app: FastifyInstance, { url = '/v1/deliveries/stream', method = 'GET', headers = {} }: StreamCall) {
    if (!app.server.listening) await app.listen({ host: '127.0.0.1', port: 0 })
    const { port } = app.server.address() as AddressInfo // a TCP server has one
    const request = httpRequest({ host: '127.0.0.1', port, method, path: url, headers, agent: false })
    request.end()
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    request.on('error', () => {})
    return new TestStream(request, response)
  }

  /** The id of the last frame that had one. */
  get lastId(): string {
    return this.frames.findLast(({ id }) => id !== undefined)?.id ?? ''
  }

  get deliveries() {
    return this.frames.filter(({ event }) => event === 'delivery').map(({ data }) => data)
  }

  get gaps() {
    return this.frames.filter(({ event }) => event === 'gap').map(({ data }) => data)
  }

  pause(): void {
    this.#response.pause()
  }

  close(): void {
    this.#request.destroy()
  }

  #read(text: string): void {
    this.text += text
    const end = this.text.lastIndexOf('\n\n')
    if (end < 0) return
    const whole = this.text.slice(0, end)
    this.text = this.text.slice(end + 2)
    for (const frame of whole.split('\n\n')) this.frames.push(frameOf(frame))
  }
}

function frameOf(text: string): TestFrame {
  const field = (name: string) =>
    text
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2)
  const data = field('data')
  return {
    id: field('id'),
    event: field('event'),
    retry: field('retry'),
    data: data === undefined ? undefined : JSON.parse(data),
  }
}
