// Owns what a node is told of changes that other nodes make, for whoever keeps a copy of what is configured.
// Must never be needed for what is true: a copy has an age, and the feed only says how old it may get.

export type ConfigurationChange =
  /** A key was revoked. */
  | { readonly kind: 'api_key'; readonly id: string }
  /** A workspace's own event type was added, changed or deleted. */
  | { readonly kind: 'event_type'; readonly workspaceId: string; readonly key: string }
  /** Nothing was heard for a while: any of these may have happened. */
  | { readonly kind: 'any' }

export interface ChangeFeed {
  /** Whether a change is told as soon as it is made. False: nothing may be heard, and a copy gets old. Absent: it always is. */
  isCurrent?(): boolean
  /** From now on the listener is told of every change, those of this node included. */
  subscribe(listener: (change: ConfigurationChange) => void): void
}

/** Of a backend with one process: nobody else changes anything. */
export const NO_OTHERS: ChangeFeed = { subscribe: () => {} }

/** How long a copy is good: `current` is the bound even when a notice was lost, the other one while none is heard. */
export const COPY_AGE_MS_MAX = { current: 10_000, unheard: 1_000 } as const

/** The milliseconds for which a copy may be used now. */
export function copyAgeMsMax(feed: Pick<ChangeFeed, 'isCurrent'>): number {
  return (feed.isCurrent?.() ?? true) ? COPY_AGE_MS_MAX.current : COPY_AGE_MS_MAX.unheard
}
