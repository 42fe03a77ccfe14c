// Owns who is calling: the key behind a request and the workspace it acts in.
import type { Scope } from '@timbre/contract/api-key.ts'

export interface Caller {
  /** `admin`, or the id of the API key. */
  readonly actor: string
  readonly isAdmin: boolean
  readonly scopes: ReadonlySet<Scope>
  /** At instance level, where there is none, INSTANCE. */
  readonly workspaceId: string
}

/** Stands for "no workspace": routes at instance level, and their idempotency keys. */
export const INSTANCE = '00000000-0000-0000-0000-000000000000'
