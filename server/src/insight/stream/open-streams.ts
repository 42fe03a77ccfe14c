// Owns the streams that are open on this node, whatever they show: how many there may be, that who reads still may and does,
// a sign of life, and the end of all.
import { Refusal } from '@timbre/contract/errors.ts'
import type { Cancel, Clock } from '../../platform/clock.ts'
import type { Random } from '../../platform/random.ts'
import type { StreamLine } from './stream-line.ts'
import { type StreamLimits, type StreamOwner, StreamPlaces } from './stream-places.ts'
import type { StreamSink } from './stream-sink.ts'

export interface OpenStream {
  readonly line: StreamLine
  /** Says that it is still there, to who has taken all that it was given. */
  beat(heartbeat: string): void
  /** A frame that says from where it goes on, behind all that it was given. */
  place(): string
}

interface OpenStreamsDependencies {
  readonly clock: Clock
  readonly random: Pick<Random, 'fraction'>
}

/** So often it is looked whether who reads still may, and does. */
const TICK_MS = 5000
/** Every 15 s (CONTRACT §2). */
const TICKS_OF_HEARTBEAT = 3
const HEARTBEAT = ':\n\n'
/** After the connection is lost, and after a stop: then spread out, so that not all come back at once. */
const RETRY_MS = 1000
const RETRY_SPREAD_MS = 4000
const RETRY = `retry: ${RETRY_MS}\n`

export class OpenStreams {
  readonly #dependencies: OpenStreamsDependencies
  readonly #places: StreamPlaces
  readonly #open = new Set<OpenStream>()
  #onTick: () => void = () => {}
  #cancel: Cancel | undefined
  #ticks = 0
  #isStopped = false

  constructor(dependencies: OpenStreamsDependencies, limits: StreamLimits) {
    this.#dependencies = dependencies
    this.#places = new StreamPlaces(limits)
  }

  get count(): number {
    return this.#places.taken
  }

  get isStopped(): boolean {
    return this.#isStopped
  }

  /** Called at each look, while any stream is open. */
  onTick(listener: () => void): void {
    this.#onTick = listener
  }

  /** Takes a place, within the request, so that a refusal is one; returns how to release it. Throws TOO_MANY_STREAMS, NOT_READY. */
  take(owner: StreamOwner): () => void {
    if (this.#isStopped) throw new Refusal('NOT_READY', { status: 'stopping' })
    return this.#places.take(owner)
  }

  /** Writes the first frame and looks after the stream from now on. False: it has been ended, for all of them are. */
  begin(stream: OpenStream, sink: StreamSink, first: string): boolean {
    if (this.#isStopped) {
      stream.line.end('')
      return false
    }
    this.#open.add(stream)
    sink.onClose(() => this.#open.delete(stream))
    sink.write(RETRY + first)
    this.#cancel ??= this.#dependencies.clock.schedule(() => this.#tick(), TICK_MS)
    return true
  }

  /** Ends every stream with a hint when to come again. Nobody is let in after it. */
  stop(): void {
    this.#isStopped = true
    this.#cancel?.()
    const { random } = this.#dependencies
    for (const { line } of this.#open)
      line.end(`retry: ${RETRY_MS + Math.floor(random.fraction() * RETRY_SPREAD_MS)}\n\n`)
  }

  #tick(): void {
    this.#ticks++
    for (const stream of this.#open) {
      void check(stream)
      const { line } = stream
      line.look(() => RETRY + stream.place())
      if (this.#ticks % TICKS_OF_HEARTBEAT === 0 && !line.isEnded && line.hasTakenAll) stream.beat(HEARTBEAT)
    }
    this.#onTick()
    const isOver = this.#open.size === 0 || this.#isStopped
    this.#cancel = isOver ? undefined : this.#dependencies.clock.schedule(() => this.#tick(), TICK_MS)
  }
}

/** While the store cannot say whether it may go on, it goes on. */
async function check({ line }: OpenStream): Promise<void> {
  const isAllowed = await line.isAllowed().catch(() => true)
  if (!isAllowed) line.end('')
}
