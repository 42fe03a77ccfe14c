// Owns the live stream of changes of deliveries on this node: who reads, from where, and when it ends.
// Must never decide from memory what has changed: every frame is read from the log, whoever said that there is something.
import { Refusal } from '@timbre/contract/errors.ts'
import type { Logger } from 'pino'
import type { Cancel, Clock } from '../../platform/clock.ts'
import type { Random } from '../../platform/random.ts'
import type { ChangePage, ChangePosition, ChangeStart, Storage } from '../../storage/storage.ts'
import { PageTurns } from './page-turns.ts'
import type { StreamFilter } from './stream-filter.ts'
import { framesOf, type StreamLanguage, type StreamWriter } from './stream-frame.ts'
import { type StreamLimits, type StreamOwner, StreamPlaces } from './stream-places.ts'
import { StreamReader } from './stream-reader.ts'
import type { StreamSink } from './stream-sink.ts'
import { StreamTail } from './stream-tail.ts'

export type { StreamWriter } from './stream-frame.ts'
export { type StreamLimits, streamLimits } from './stream-places.ts'
export type { StreamSink } from './stream-sink.ts'

export interface FeedDependencies {
  readonly storage: Pick<Storage, 'locateChanges' | 'listChanges'>
  readonly clock: Clock
  readonly random: Pick<Random, 'fraction'>
  readonly log: Pick<Logger, 'error'>
  readonly writer: StreamWriter
  /** The first reader of a workspace has come: other nodes are asked to say when something changes in it. */
  readonly onWatched?: (workspaceIds: Iterable<string>) => void
}

export interface StreamRequest extends StreamOwner {
  readonly filter: StreamFilter
  readonly language: StreamLanguage
  /** null: from now on. */
  readonly after: ChangePosition | null
}

/** Changes of a page: some 60 KB of frames. */
const PAGE_CHANGES = 100
/** So often it is looked whether who reads still may, and does. */
const TICK_MS = 5000
/** Every 15 s (CONTRACT §2). */
const TICKS_OF_HEARTBEAT = 3
const HEARTBEAT = ':\n\n'
/** After the connection is lost, and after a stop: then spread out, so that not all come back at once. */
const RETRY_MS = 1000
const RETRY_SPREAD_MS = 4000
const RETRY = `retry: ${RETRY_MS}\n`
const READ_AGAIN_MS = 1000

export class DeliveryFeed {
  readonly #dependencies: FeedDependencies
  readonly #places: StreamPlaces
  readonly #turns = new PageTurns()
  readonly #readers = new Map<StreamReader, StreamOwner>()
  readonly #tails = new Map<string, StreamTail>()
  #cancel: Cancel | undefined
  #ticks = 0
  #isStopped = false

  constructor(dependencies: FeedDependencies, limits: StreamLimits) {
    this.#dependencies = dependencies
    this.#places = new StreamPlaces(limits)
  }

  /** Streams that are open. */
  get streams(): number {
    return this.#places.taken
  }

  /**
   * Finds the beginning of a stream; what it returns writes it. To be called within the request, so that a refusal is one.
   * Throws TOO_MANY_STREAMS, NOT_READY.
   */
  async open(request: StreamRequest): Promise<(sink: StreamSink) => void> {
    if (this.#isStopped) throw new Refusal('NOT_READY', { status: 'stopping' })
    const { storage, clock } = this.#dependencies
    const release = this.#places.take(request)
    try {
      const start = await storage.locateChanges(request.workspaceId, request.after, clock.now())
      return (sink) => this.#begin(request, start, sink, release)
    } catch (error) {
      release()
      throw error
    }
  }

  /** A transaction has changed deliveries of this workspace. Costs nothing where nobody reads. */
  changed(workspaceId: string): void {
    if (this.#tails.size > 0) this.#tails.get(workspaceId)?.wake()
  }

  /** Somewhere, perhaps. */
  everythingMayHaveChanged(): void {
    for (const tail of this.#tails.values()) tail.wake()
  }

  /** Workspaces that somebody reads. */
  watched(): Iterable<string> {
    return this.#tails.keys()
  }

  /** Ends every stream with a hint when to come again. Nobody is let in after it. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#cancel?.()
    const { random } = this.#dependencies
    for (const reader of this.#readers.keys())
      reader.end(`retry: ${RETRY_MS + Math.floor(random.fraction() * RETRY_SPREAD_MS)}\n\n`)
    await Promise.all([...this.#tails.values()].map((tail) => tail.stop()))
  }

  #begin(request: StreamRequest, { from, gap }: ChangeStart, sink: StreamSink, release: () => void): void {
    const { writer, clock } = this.#dependencies
    const { workspaceId } = request
    const tail = this.#tailOf(workspaceId)
    const pages = {
      framesOf: (page: ChangePage) => framesOf(page, workspaceId, writer),
      readPage: (after: ChangePosition) => this.#turns.run(workspaceId, () => this.#read(workspaceId, after)),
    }
    const reader = new StreamReader(
      {
        ...pages,
        sink,
        filter: request.filter,
        language: request.language,
        positionText: (behind) => writer.position(workspaceId, behind),
        joinTail: (own) => tail.join(own),
      },
      from,
    )
    this.#readers.set(reader, request)
    sink.onClose(() => {
      release()
      this.#readers.delete(reader)
      tail.leave(reader)
      this.#closeUnread(workspaceId, tail)
    })
    if (this.#isStopped) {
      reader.end('')
      return
    }
    const first = gap === null ? writer.position(workspaceId, from) : writer.gap(workspaceId, from, gap)
    sink.write(RETRY + first)
    this.#cancel ??= clock.schedule(() => this.#tick(), TICK_MS)
    this.#catchUp(reader)
  }

  /** Made for the first reader of a workspace, gone with the last. */
  #tailOf(workspaceId: string): StreamTail {
    const known = this.#tails.get(workspaceId)
    if (known !== undefined) return known
    const { clock, log, writer, onWatched } = this.#dependencies
    const tail = new StreamTail({
      clock,
      readPage: (after) => this.#read(workspaceId, after),
      framesOf: (page) => framesOf(page, workspaceId, writer),
      onFault: (error) => log.error({ err: error }, 'the changes of deliveries could not be read; tried again'),
      onBehind: (reader) => this.#catchUp(reader),
    })
    this.#tails.set(workspaceId, tail)
    onWatched?.([workspaceId])
    return tail
  }

  #closeUnread(workspaceId: string, tail: StreamTail): void {
    for (const owner of this.#readers.values()) if (owner.workspaceId === workspaceId) return
    this.#tails.delete(workspaceId)
    void tail.stop()
  }

  #read(workspaceId: string, after: ChangePosition): Promise<ChangePage> {
    return this.#dependencies.storage.listChanges(workspaceId, after, PAGE_CHANGES)
  }

  #catchUp(reader: StreamReader): void {
    const { clock, log } = this.#dependencies
    reader.catchUp().catch((error: unknown) => {
      if (this.#isStopped || reader.isEnded) return
      log.error({ err: error }, 'the changes of deliveries could not be read for a stream; tried again')
      clock.schedule(() => this.#catchUp(reader), READ_AGAIN_MS)
    })
  }

  #tick(): void {
    this.#ticks++
    for (const reader of this.#readers.keys()) {
      void this.#check(reader)
      reader.look(RETRY)
      if (this.#ticks % TICKS_OF_HEARTBEAT === 0) reader.beat(HEARTBEAT)
    }
    this.#dependencies.onWatched?.(this.#tails.keys())
    this.#cancel =
      this.#readers.size === 0 || this.#isStopped
        ? undefined
        : this.#dependencies.clock.schedule(() => this.#tick(), TICK_MS)
  }

  /** While the store cannot say whether it may go on, it goes on. */
  async #check(reader: StreamReader): Promise<void> {
    const isAllowed = await reader.isAllowed().catch(() => true)
    if (!isAllowed) reader.end('')
  }
}
