// Owns the membership of the only node that there is.
import type { Membership } from '../storage/storage.ts'

export const ALONE: Membership = { isLive: () => true, acceptsWork: () => true, nodes: () => 1 }
