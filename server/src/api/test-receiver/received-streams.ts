// Owns the live streams of what test receivers get: each request once, in order, to everybody who watches.
import type { Logger } from 'pino'
import { Loop } from '../../engine/loop.ts'
import type { OpenStreams } from '../../insight/stream/open-streams.ts'
import type { StreamStart } from '../http/event-stream.ts'
import { ReceivedReader } from './received-reader.ts'
import { presentRequest, type SecretsDependencies, secretsAt } from './received-request.ts'
import type { KeptRequest, Receiver } from './test-receivers.ts'

interface ReceivedStreamsDependencies extends SecretsDependencies {
  readonly streams: OpenStreams
  readonly log: Pick<Logger, 'error'>
}

/** One receiver that somebody watches. */
interface Watched {
  readonly readers: Set<ReceivedReader>
  readonly loop: Loop
}

/** Whoever is told of a change wakes it. */
const IDLE_MS = 60_000

export class ReceivedStreams {
  readonly #dependencies: ReceivedStreamsDependencies
  readonly #watched = new Map<string, Watched>()
  readonly #waiting = new WeakSet<ReceivedReader>()

  constructor(dependencies: ReceivedStreamsDependencies) {
    this.#dependencies = dependencies
  }

  /**
   * What it returns writes the stream. To be called within the request, so that a refusal is one.
   * @param after null: from now on
   * Throws TOO_MANY_STREAMS, NOT_READY.
   */
  open(receiver: Receiver, credential: string, after: number | null): StreamStart {
    const { streams } = this.#dependencies
    const release = streams.take({ workspaceId: receiver.workspaceId, credential })
    return (sink) => {
      const reader = new ReceivedReader(sink, receiver, after)
      const { readers, loop } = this.#watch(receiver)
      readers.add(reader)
      sink.onClose(() => {
        release()
        readers.delete(reader)
        if (readers.size === 0) this.#forget(receiver)
      })
      if (streams.begin(reader, sink, reader.place())) loop.wake()
    }
  }

  /** It got a request, or has forgotten what it had. Costs nothing where nobody reads. */
  changed({ id }: Receiver): void {
    this.#watched.get(id)?.loop.wake()
  }

  /** Whoever watches it is ended, and is told why when it comes again. */
  deleted({ id }: Receiver): void {
    for (const { line } of this.#watched.get(id)?.readers ?? []) line.end('')
  }

  #watch(receiver: Receiver): Watched {
    const known = this.#watched.get(receiver.id)
    if (known !== undefined) return known
    const { clock, log } = this.#dependencies
    const readers = new Set<ReceivedReader>()
    const loop: Loop = new Loop({
      name: 'received requests',
      clock,
      runOnce: () => this.#show(receiver, readers, loop),
      onFault: (error) => log.error({ err: error }, 'what a test receiver got could not be shown; tried again'),
    })
    const watched = { readers, loop }
    this.#watched.set(receiver.id, watched)
    loop.start()
    return watched
  }

  #forget({ id }: Receiver): void {
    void this.#watched.get(id)?.loop.stop()
    this.#watched.delete(id)
  }

  async #show(receiver: Receiver, readers: ReadonlySet<ReceivedReader>, loop: Loop): Promise<number> {
    const secrets = await secretsAt(this.#dependencies, receiver)
    const texts = new Map<KeptRequest, string>()
    const dataOf = (request: KeptRequest) => {
      const text = texts.get(request) ?? JSON.stringify(presentRequest(request, secrets))
      texts.set(request, text)
      return text
    }
    for (const reader of readers) {
      if (reader.line.isBehind) this.#wait(reader, loop)
      else reader.take(receiver, dataOf)
    }
    return IDLE_MS
  }

  /** It goes on when it has taken what it was given. */
  #wait(reader: ReceivedReader, loop: Loop): void {
    if (reader.line.isEnded || this.#waiting.has(reader)) return
    this.#waiting.add(reader)
    void reader.line.drained().then(() => {
      this.#waiting.delete(reader)
      loop.wake()
    })
  }
}
