// Owns client.testReceivers: URLs of the installation that keep what they are sent.
import type { Http } from './http.ts'
import { type List, list } from './list.ts'
import type { StreamOptions } from './live-stream.ts'
import { path } from './path.ts'
import { type ReceivedStream, receivedStream } from './received-stream.ts'
import type { RequestOptions } from './request-options.ts'
import type {
  PageMeta,
  PageQuery,
  ReceivedRequest,
  StreamReceivedQuery,
  TestReceiver,
  TestReceiverCreate,
} from './resources.generated.ts'

export class TestReceivers {
  readonly #http: Http

  constructor(http: Http) {
    this.#http = http
  }

  /** Refused with `TEST_RECEIVERS_OFF` where the operator has not switched them on. */
  create(responses: TestReceiverCreate = {}, options?: RequestOptions): Promise<TestReceiver> {
    return this.#http.request({ method: 'POST', path: '/test-receivers', body: responses }, options)
  }

  list(query?: PageQuery, options?: RequestOptions): List<TestReceiver, PageMeta> {
    return list(this.#http, '/test-receivers', query, options)
  }

  /** What it answers from now on. */
  update(testReceiverId: string, responses: TestReceiverCreate, options?: RequestOptions): Promise<TestReceiver> {
    return this.#http.request(
      { method: 'PATCH', path: path`/test-receivers/${testReceiverId}`, body: responses },
      options,
    )
  }

  async delete(testReceiverId: string, options?: RequestOptions): Promise<void> {
    return this.#http.request({ method: 'DELETE', path: path`/test-receivers/${testReceiverId}` }, options)
  }

  /** The last requests that it got, newest first. */
  listRequests(testReceiverId: string, query?: PageQuery, options?: RequestOptions): List<ReceivedRequest, PageMeta> {
    return list(this.#http, path`/test-receivers/${testReceiverId}/requests`, query, options)
  }

  /**
   * Requests as they come, each once: `for await (const item of client.testReceivers.streamRequests(id))`. It connects again by
   * itself, and goes on where it was.
   */
  streamRequests(testReceiverId: string, query: StreamReceivedQuery = {}, options: StreamOptions = {}): ReceivedStream {
    return receivedStream(this.#http, testReceiverId, query, options)
  }

  /** Forgets the requests that it has kept. */
  async clearRequests(testReceiverId: string, options?: RequestOptions): Promise<void> {
    return this.#http.request({ method: 'DELETE', path: path`/test-receivers/${testReceiverId}/requests` }, options)
  }
}
