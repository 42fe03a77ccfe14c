// Owns a receiver as a customer would write it: HTTPS, raw body, signature verified with the SDK.
import type { IncomingHttpHeaders } from 'node:http'
import { constructEvent, SignatureError } from '@getsupervisor/agents-studio-sdk/receiver'
import pc from 'picocolors'
import type { Certificates } from '../test/support/certificates.ts'
import { type Answer, type ReceivedRequest, Receiver } from '../test/support/receiver.ts'

export interface DemoReceiverOptions {
  readonly say: (line: string) => void
  /** So many requests are refused before it recovers. */
  readonly failures?: number
}

export class DemoReceiver {
  readonly name: string
  /** The one that fails wants a single event type, so that its attempts can be followed. */
  readonly eventKeys: readonly string[]
  readonly #options: DemoReceiverOptions
  readonly #receiver: Receiver
  #webhookId = ''
  #secret = ''
  #refused = 0
  #verified = 0
  #notVerified = 0

  constructor(name: string, certificates: Certificates, options: DemoReceiverOptions) {
    this.name = name
    this.#options = options
    this.eventKeys = options.failures === undefined ? ['call.status.updated', 'call.completed'] : ['call.completed']
    this.#receiver = new Receiver({ certificates, script: (request) => this.#answer(request) })
  }

  get url(): string {
    return this.#receiver.url(`/${this.name}`, 'localhost')
  }

  get webhookId(): string {
    return this.#webhookId
  }

  async start(): Promise<void> {
    await this.#receiver.start()
  }

  stop(): Promise<void> {
    return this.#receiver.stop()
  }

  use(webhookId: string, secret: string): void {
    this.#webhookId = webhookId
    this.#secret = secret
  }

  /** Resolves to true when exactly so many events arrived and verified and none failed to verify. */
  async waitFor(count: number, timeoutMs: number): Promise<boolean> {
    await this.#receiver
      .waitFor(() => this.#verified >= count || this.#notVerified > 0, timeoutMs)
      .catch(() => undefined)
    return this.#verified === count && this.#notVerified === 0
  }

  /** Gives the last response the moment it needs to be recorded on the other side. */
  settled(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, 200))
  }

  async #answer(request: ReceivedRequest): Promise<Answer> {
    const failures = this.#options.failures ?? 0
    if (this.#refused < failures) {
      this.#refused++
      this.#show(request, pc.yellow(`answers 503 (${this.#refused} of ${failures})`))
      return { status: 503, body: 'Back in a moment' }
    }
    return this.#verify(request)
  }

  async #verify(request: ReceivedRequest): Promise<Answer> {
    try {
      const event = await constructEvent(request.body, flat(request.headers), this.#secret)
      this.#verified++
      const status = 'call_status' in event.data ? ` ${String(event.data.call_status)}` : ''
      this.#show(request, `${event.type}${status} ${pc.green('signature verified')}`)
      return { status: 200 }
    } catch (error) {
      this.#notVerified++
      this.#show(request, pc.red(error instanceof SignatureError ? error.message : String(error)))
      return { status: 400 }
    }
  }

  #show(request: ReceivedRequest, what: string): void {
    this.#options.say(`${pc.magenta('delivery')}  ${String(request.headers['webhook-id'])} → ${this.name}  ${what}`)
  }
}

function flat(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}
