// Owns what a node knows of the others over its database: its place among them, and what they change, for whoever keeps a copy of what is
// configured. A backend with one process has no others: its node is alone.
// Must never be needed for what is true: a copy has an age, and the feed only says how old it may get.

export interface Membership {
  /**
   * True while the others have heard of this node lately, so that what it holds is still its own. False after a pause or
   * without a database: then nothing may be sent, as another node may be sending it.
   */
  isLive(): boolean
  /** True when the others count this node, so that it may take work without exceeding what a webhook allows. */
  acceptsWork(): boolean
  /** How many nodes are alive, this one included: each has its share of what a webhook allows. */
  nodes(): number
}

/** That of the only node that there is. */
export const ALONE: Membership = { isLive: () => true, acceptsWork: () => true, nodes: () => 1 }

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
