// Owns building the live stream of this node: what it reads from, how its frames are written, and who is told of changes.
import { streamWriter } from './api/present/stream-words.ts'
import { DeliveryFeed, type FeedDependencies, type StreamLimits } from './insight/stream/delivery-feed.ts'
import { OpenStreams } from './insight/stream/open-streams.ts'
import type { Metrics } from './metrics.ts'
import { CursorCipher } from './platform/cursor-cipher.ts'
import type { Random } from './platform/random.ts'

/** Says to other nodes, and asks them to say, where deliveries have changed. */
export interface Watching {
  watch(workspaceIds: Iterable<string>): void
  changed(workspaceId: string): void
}

interface FeedParts extends Omit<FeedDependencies, 'writer' | 'onWatched' | 'streams'> {
  readonly random: Random
  readonly metrics: Metrics
  /** undefined: there are no other nodes. */
  readonly watching: Watching | undefined
}

export function openFeed(
  { watching, metrics, ...parts }: FeedParts,
  masterKeys: readonly Uint8Array[],
  limits: StreamLimits,
) {
  const cursors = new CursorCipher(masterKeys)
  const onWatched = (workspaceIds: Iterable<string>) => watching?.watch(workspaceIds)
  const streams = new OpenStreams(parts, limits)
  const feed = new DeliveryFeed({ ...parts, streams, writer: streamWriter(cursors), onWatched })
  metrics.watchStreams(() => streams.count)
  const both = (workspaceId: string) => {
    feed.changed(workspaceId)
    watching?.changed(workspaceId)
  }
  const onChanged = watching === undefined ? feed.changed.bind(feed) : both
  return { cursors, feed, streams, onChanged }
}
