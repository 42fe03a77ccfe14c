// Owns a live stream: it is read, and when it breaks off it goes on where it was, on whatever server answers.
// Must never give an item twice, nor take a position for read that has not been given.
import { ApiError } from './errors.ts'
import { type EventFrame, EventStreamParser } from './event-stream.ts'
import type { Http } from './http.ts'
import { type Retry, retryDelayMs } from './retry.ts'
import { after, random, sleep } from './runtime.ts'

export interface StreamOptions {
  /** Ends the stream: what waits for its next item throws the signal's reason. */
  readonly signal?: AbortSignal
  /** It is connected, and shows everything from here on: called each time, with the first frame. */
  readonly onOpen?: () => void
  /** The connection broke off, and is made again. */
  readonly onBreak?: (error: ApiError) => void
}

/** The service says something every 15 s: a connection that is silent for longer than this is dead. */
const SILENCE_MS_MAX = 45_000
/** Once it has been connected, it is tried again for ever. */
const RECONNECT: Retry = { maxRetries: Number.POSITIVE_INFINITY, baseDelayMs: 500 }
const RECONNECT_MS_MAX = 30_000

/** What is read, and what its frames are. */
export interface StreamSource<Item> {
  readonly path: string
  readonly query: { readonly lastEventId?: string }
  /** undefined: this client knows no such frame. A newer service may send others. */
  readonly itemOf: (event: string, id: string, data: () => unknown) => Item | undefined
}

export class LiveStream<Item> implements AsyncIterable<Item> {
  readonly #http: Http
  readonly #source: StreamSource<Item>
  readonly #options: StreamOptions
  #lastEventId: string | undefined
  #retryMs = 0

  constructor(http: Http, source: StreamSource<Item>, options: StreamOptions) {
    this.#http = http
    const { lastEventId, ...query } = source.query
    this.#source = { ...source, query }
    this.#options = options
    this.#lastEventId = lastEventId
  }

  /** How far it has come. Kept somewhere and given as `lastEventId`, another stream goes on from there, also after a restart. */
  get lastEventId(): string | undefined {
    return this.#lastEventId
  }

  /** Without end, until the signal is aborted or the loop is left. Throws an `ApiError` that trying again cannot help. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void, undefined> {
    let retry = this.#http.retry
    for (let failures = 0; ; ) {
      try {
        for await (const frame of this.#connection()) {
          failures = 0
          retry = RECONNECT
          const item = this.#take(frame)
          if (item !== undefined) yield item
        }
        // The service has ended it, and has said when to come again.
        await sleep(this.#retryMs, this.#options.signal)
      } catch (error) {
        await this.#wait(error, ++failures, retry)
      }
    }
  }

  /** Until it is time to try again. Throws what trying again cannot help. */
  async #wait(error: unknown, failures: number, retry: Retry): Promise<void> {
    const { signal, onBreak } = this.#options
    if (signal?.aborted) throw signal.reason
    if (!(error instanceof ApiError)) throw error
    const delayMs = retryDelayMs(error, failures, retry, random())
    if (delayMs === undefined) throw error
    onBreak?.(error)
    await sleep(Math.max(Math.min(delayMs, RECONNECT_MS_MAX), this.#retryMs), signal)
  }

  /** The frames of one connection. However it is left, the service is told that nobody reads any more. */
  async *#connection(): AsyncGenerator<EventFrame, void, undefined> {
    const { signal, onOpen } = this.#options
    const connection = await StreamConnection.open(this.#http, this.#source, this.#lastEventId, signal)
    try {
      let isOpen = false
      for await (const frame of connection.frames()) {
        if (!isOpen) {
          this.#lastEventId = frame.id ?? this.#lastEventId
          onOpen?.()
        }
        isOpen = true
        yield frame
      }
    } finally {
      connection.close()
    }
  }

  #take({ id, event, data, retryMs }: EventFrame): Item | undefined {
    if (retryMs !== undefined) this.#retryMs = Math.min(retryMs, RECONNECT_MS_MAX)
    if (id === undefined) return undefined
    this.#lastEventId = id
    return data === undefined ? undefined : this.#source.itemOf(event, id, () => this.#http.parse(data))
  }
}

/** One connection, until it ends. */
class StreamConnection {
  readonly #http: Http
  readonly #controller: AbortController
  readonly #body: ReadableStream<Uint8Array>
  readonly #release: () => void

  private constructor(http: Http, controller: AbortController, body: ReadableStream<Uint8Array>, release: () => void) {
    this.#http = http
    this.#controller = controller
    this.#body = body
    this.#release = release
  }

  static async open(
    http: Http,
    { path, query }: Pick<StreamSource<unknown>, 'path' | 'query'>,
    lastEventId: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<StreamConnection> {
    const controller = new AbortController()
    const stop = () => controller.abort(signal?.reason)
    if (signal?.aborted) throw signal.reason
    signal?.addEventListener('abort', stop)
    const release = () => signal?.removeEventListener('abort', stop)
    try {
      return new StreamConnection(
        http,
        controller,
        await http.openStream(path, query, lastEventId, controller.signal),
        release,
      )
    } catch (error) {
      release()
      throw error
    }
  }

  /** Ends when the service ends it; throws a ConnectionError when it breaks off, or is silent for too long. */
  async *frames(): AsyncGenerator<EventFrame, void, undefined> {
    const reader = this.#body.getReader()
    const decoder = new TextDecoder()
    const parser = new EventStreamParser()
    for (;;) {
      const cancel = after(SILENCE_MS_MAX, () => this.#controller.abort())
      const piece = await reader
        .read()
        .catch((error: unknown) => {
          throw this.#http.brokenOff(error)
        })
        .finally(cancel)
      if (piece.done) return
      yield* parser.read(decoder.decode(piece.value, { stream: true }))
    }
  }

  /** To be called in any case: the service is told that nobody reads any more. */
  close(): void {
    this.#release()
    this.#controller.abort()
  }
}
