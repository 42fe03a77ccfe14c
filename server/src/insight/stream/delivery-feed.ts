// Owns the live stream of changes of deliveries on this node: who reads, from where, and when it ends.
// Must never decide from memory what has changed: every frame is read from the log, whoever said that there is something.
import type { Logger } from 'pino'
import type { Clock } from '../../platform/clock.ts'
import type { ChangePosition, ChangeStart, Storage } from '../../storage/storage.ts'
import type { OpenStreams } from './open-streams.ts'
import { PageTurns } from './page-turns.ts'
import { RecentBatches } from './recent-batches.ts'
import { StreamBatch } from './stream-batch.ts'
import type { StreamFilter } from './stream-filter.ts'
import { framesOf, type StreamLanguage, type StreamWriter } from './stream-frame.ts'
import type { StreamOwner } from './stream-places.ts'
import { StreamReader } from './stream-reader.ts'
import type { StreamSink } from './stream-sink.ts'
import { type StreamPage, StreamTail } from './stream-tail.ts'

export type { StreamWriter } from './stream-frame.ts'
export { type StreamLimits, streamLimits } from './stream-places.ts'
export type { StreamSink } from './stream-sink.ts'

export interface FeedDependencies {
  readonly storage: Pick<Storage, 'locateChanges' | 'listChanges'>
  readonly clock: Clock
  readonly streams: OpenStreams
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
const READ_AGAIN_MS = 1000

export class DeliveryFeed {
  readonly #dependencies: FeedDependencies
  readonly #readers = new Map<StreamReader, StreamOwner>()
  readonly #tails = new Map<string, StreamTail>()
  readonly #turns: PageTurns
  readonly #recent: RecentBatches

  constructor(dependencies: FeedDependencies) {
    this.#dependencies = dependencies
    this.#turns = new PageTurns(dependencies)
    this.#recent = new RecentBatches(dependencies)
    dependencies.streams.onTick(() => dependencies.onWatched?.(this.#tails.keys()))
  }

  /**
   * Finds the beginning of a stream; what it returns writes it. To be called within the request, so that a refusal is one.
   * Throws TOO_MANY_STREAMS, NOT_READY.
   */
  async open(request: StreamRequest): Promise<(sink: StreamSink) => void> {
    const { storage, clock, streams } = this.#dependencies
    const release = streams.take(request)
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

  /** Ends every stream. Nobody is let in after it. */
  async stop(): Promise<void> {
    this.#dependencies.streams.stop()
    await Promise.all([...this.#tails.values()].map((tail) => tail.stop()))
  }

  #begin(request: StreamRequest, { from, gap }: ChangeStart, sink: StreamSink, release: () => void): void {
    const { clock, writer, streams } = this.#dependencies
    const { workspaceId } = request
    const tail = this.#tailOf(workspaceId)
    const openedAt = clock.monotonic()
    const reader = new StreamReader(
      {
        readBatch: (after) => this.#readBatch(workspaceId, after, openedAt),
        sink,
        filter: request.filter,
        language: request.language,
        positionText: (behind) => writer.position(workspaceId, behind),
        joinTail: (own, hasReadAll) => tail.join(own, hasReadAll),
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
    const first = gap === null ? writer.position(workspaceId, from) : writer.gap(workspaceId, from, gap)
    if (streams.begin(reader, sink, first)) this.#catchUp(reader)
  }

  /** Made for the first reader of a workspace, gone with the last. */
  #tailOf(workspaceId: string): StreamTail {
    const known = this.#tails.get(workspaceId)
    if (known !== undefined) return known
    const { clock, log, onWatched } = this.#dependencies
    const tail = new StreamTail({
      clock,
      readPage: (after) => this.#readPage(workspaceId, after),
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
    this.#recent.forget(workspaceId)
    void tail.stop()
  }

  /** For a reader that is behind. Another may have had it read, also while this one waited for its turn. */
  async #readBatch(workspaceId: string, after: ChangePosition, openedAt: number): Promise<StreamBatch> {
    const kept = () => this.#recent.find(workspaceId, after, openedAt)
    return (
      kept() ?? this.#turns.run(workspaceId, async () => kept() ?? (await this.#readPage(workspaceId, after)).batch)
    )
  }

  async #readPage(workspaceId: string, after: ChangePosition): Promise<StreamPage> {
    const { storage, clock, writer } = this.#dependencies
    const readAt = clock.monotonic()
    const page = await storage.listChanges(workspaceId, after, PAGE_CHANGES)
    const batch = new StreamBatch(after, framesOf(page, workspaceId, writer))
    if (this.#tails.has(workspaceId)) this.#recent.keep(workspaceId, batch, readAt)
    return { batch, isMore: page.isMore }
  }

  #catchUp(reader: StreamReader): void {
    const { clock, log, streams } = this.#dependencies
    reader.catchUp().catch((error: unknown) => {
      if (streams.isStopped || reader.line.isEnded) return
      log.error({ err: error }, 'the changes of deliveries could not be read for a stream; tried again')
      clock.schedule(() => this.#catchUp(reader), READ_AGAIN_MS)
    })
  }
}
