// Owns the link to the server: knows whether it can be reached, and gives up what a dead connection holds.
// Must never decide what is tried again: the SDK does.
import type { Fetch } from '@getsupervisor/agents-studio-sdk'

export interface LinkWatch {
  /** Each is called once for each time that the server is away. */
  readonly onAway: () => void
  readonly onBack: () => void
}

/** How long a request waits for deliveries. */
export const WAIT_SECONDS = 10
/** One that is silent for much longer goes through a connection that is dead although nobody said so. */
const SILENCE_MS_MAX = WAIT_SECONDS * 1000 + 10_000

export class ServerLink {
  readonly #watch: LinkWatch
  readonly #signal: AbortSignal
  readonly #underWay = new Set<AbortController>()
  #isAway = false

  /** @param signal from its end on a request that breaks off is no news: Ctrl-C ends them */
  constructor(watch: LinkWatch, signal: AbortSignal) {
    this.#watch = watch
    this.#signal = signal
  }

  get isAway(): boolean {
    return this.#isAway
  }

  /** Ends every request that is under way, as if its connection had broken. */
  reset(): void {
    for (const request of this.#underWay) request.abort(new Error('the connection was silent'))
  }

  /** For the SDK. The whole response is read here, so that one that stops in the middle is noticed. */
  readonly fetch: Fetch = async (url, init) => {
    const own = new AbortController()
    this.#underWay.add(own)
    const signals = [own.signal, AbortSignal.timeout(SILENCE_MS_MAX), ...(init.signal ? [init.signal] : [])]
    try {
      const response = await fetch(url, { ...init, signal: AbortSignal.any(signals) })
      const body = await response.arrayBuffer()
      const { status, headers } = response
      // A proxy answers for a server that is not there.
      this.#note(status < 500)
      return new Response(status === 204 ? null : body, { status, headers })
    } catch (error) {
      this.#note(false)
      throw error
    } finally {
      this.#underWay.delete(own)
    }
  }

  #note(isThere: boolean): void {
    if (isThere !== this.#isAway || this.#signal.aborted) return
    this.#isAway = !isThere
    if (isThere) this.#watch.onBack()
    else this.#watch.onAway()
  }
}
