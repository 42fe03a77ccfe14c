// Owns how many streams there may be: in all, of a workspace, and of a credential.
import { Refusal } from '@timbre/contract/errors.ts'

export interface StreamLimits {
  readonly all: number
  readonly perWorkspace: number
  readonly perCredential: number
}

/** What a workspace and a key may have of them, so that nobody takes all. */
export function streamLimits(all: number): StreamLimits {
  return { all, perWorkspace: Math.ceil(all / 4), perCredential: Math.ceil(all / 10) }
}

export interface StreamOwner {
  readonly workspaceId: string
  /** `admin`, or the id of an API key. */
  readonly credential: string
}

const RETRY_AFTER_S = 5

export class StreamPlaces {
  readonly #limits: StreamLimits
  readonly #counts = new Map<string, number>()
  #all = 0

  constructor(limits: StreamLimits) {
    this.#limits = limits
  }

  get taken(): number {
    return this.#all
  }

  /** Returns how to release it. Throws TOO_MANY_STREAMS. */
  take({ workspaceId, credential }: StreamOwner): () => void {
    const { all, perWorkspace, perCredential } = this.#limits
    const ofCredential = `${workspaceId} ${credential}`
    if (this.#countOf(ofCredential) >= perCredential) throw tooMany(perCredential)
    if (this.#countOf(workspaceId) >= perWorkspace) throw tooMany(perWorkspace)
    if (this.#all >= all) throw tooMany(all)
    this.#add(1, workspaceId, ofCredential)
    let isTaken = true
    return () => {
      if (isTaken) this.#add(-1, workspaceId, ofCredential)
      isTaken = false
    }
  }

  #countOf(key: string): number {
    return this.#counts.get(key) ?? 0
  }

  #add(change: 1 | -1, ...keys: readonly string[]): void {
    this.#all += change
    for (const key of keys) {
      const count = this.#countOf(key) + change
      if (count === 0) this.#counts.delete(key)
      else this.#counts.set(key, count)
    }
  }
}

function tooMany(limit: number): Refusal {
  return new Refusal('TOO_MANY_STREAMS', { limit, retryAfterSeconds: RETRY_AFTER_S })
}
