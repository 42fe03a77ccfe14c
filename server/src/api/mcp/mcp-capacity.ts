// Owns how many messages of the protocol may be under way: each may make several calls, and holds what they answer.
import { Refusal } from '@timbre/contract/errors.ts'

const PER_WORKSPACE_MAX = 4
const MAX = 32
const RETRY_AFTER_SECONDS = 1

export class McpCapacity {
  readonly #onFull: () => void
  readonly #byWorkspace = new Map<string, number>()
  #all = 0

  /** @param onFull is called for each message that finds no capacity */
  constructor({ onFull }: { readonly onFull: () => void }) {
    this.#onFull = onFull
  }

  /** @returns how to leave. Throws TOO_MANY_REQUESTS. */
  enter(workspaceId: string): () => void {
    const own = this.#byWorkspace.get(workspaceId) ?? 0
    if (own >= PER_WORKSPACE_MAX || this.#all >= MAX) {
      this.#onFull()
      throw new Refusal('TOO_MANY_REQUESTS', { retryAfterSeconds: RETRY_AFTER_SECONDS })
    }
    this.#byWorkspace.set(workspaceId, own + 1)
    this.#all++
    return () => this.#leave(workspaceId)
  }

  #leave(workspaceId: string): void {
    const own = (this.#byWorkspace.get(workspaceId) ?? 1) - 1
    if (own === 0) this.#byWorkspace.delete(workspaceId)
    else this.#byWorkspace.set(workspaceId, own)
    this.#all--
  }
}
