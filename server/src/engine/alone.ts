// Owns the standing of the only node that there is.
import type { Standing } from '../storage/storage.ts'

export const ALONE: Standing = { isHeard: () => true, takesWork: () => true, nodes: () => 1 }
