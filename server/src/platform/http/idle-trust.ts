// Owns what is known of how long one server keeps idle connections. Numbers only: who has the connections asks and tells.
// Must never learn for good: a restart looks like a limit, so what was learned is tried again, at no request's cost.

// Below the 60 s of AWS load balancers and the 75 s of nginx, neither of which announces its limit. A longer idle time
// saves little: a handshake costs 2 ms of CPU, once a minute.
export const IDLE_MS_MAX = 55_000
// A request that is written in the moment in which the server closes is lost with the connection. So the trust ends this much
// before a limit that was seen, or half of it; and before a time at which a connection was still open, or a quarter of that.
const MARGIN_MS_MAX = 1000
const LIMIT_MARGIN = 1 / 2
const OPEN_MARGIN = 1 / 4
/**
 * A server that closes after each response without saying so does it at once. So nothing is written to a connection sooner than
 * this after its last response, until one has been used again and has answered, or the server said how long it keeps them.
 */
const SETTLED_MS = 10
/** A loop that was held up has not looked at its sockets for longer than that. Idle for so long, it has. */
const SURELY_SEEN_MS = 1000
/** A timer: what is written after it, is written after the sockets were looked at once more. */
const ONE_LOOK_MS = 1
const NEVER = -1

export class IdleTrust {
  #limitMs = IDLE_MS_MAX
  #isProven = false

  /** A connection that has been idle for longer is not used. Negative: none is used again. */
  get limitMs(): number {
    return this.#limitMs
  }

  /** How much longer a connection that has been idle for so long is left alone before it is used, milliseconds. */
  settlingMs(idleMs: number): number {
    if (this.#isProven || idleMs >= SURELY_SEEN_MS) return 0
    return Math.max(SETTLED_MS - idleMs, ONE_LOOK_MS)
  }

  /** Idle for so long, an unused connection says whether the limit may be raised. */
  get probeMs(): number {
    return Math.max(this.#limitMs * 2, SETTLED_MS * 2)
  }

  /** The server closed a connection that had been idle for so long. */
  closedAfter(idleMs: number): void {
    const isAtOnce = idleMs < SETTLED_MS
    if (isAtOnce) this.#isProven = false
    this.#limitMs = Math.min(this.#limitMs, isAtOnce ? NEVER : before(idleMs, LIMIT_MARGIN))
  }

  /** A connection that had been idle for so long was still open. */
  openAfter(idleMs: number): void {
    this.#limitMs = Math.min(Math.max(this.#limitMs, before(idleMs, OPEN_MARGIN)), IDLE_MS_MAX)
  }

  /** A connection was used again and has answered. */
  answeredAgain(): void {
    this.#isProven = true
  }
}

function before(idleMs: number, margin: number): number {
  return idleMs - Math.min(MARGIN_MS_MAX, idleMs * margin)
}
