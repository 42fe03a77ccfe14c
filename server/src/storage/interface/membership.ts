// Owns what a node knows of its place among the nodes of one database. A backend with one process has none: its node is alone.

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
