// Owns the bound on all sockets of a transport: who may open one now, and who is next when one is closed.
// Must never open or close anything itself.
import assert from 'node:assert/strict'

/** Somebody who has requests that wait for a socket. */
export interface SocketUser {
  /** Called when a socket may be taken. Takes one or none, and asks again for more. */
  serve(): void
}

/** More would hold more memory than is meant for sending: one with TLS takes some 60 KiB. */
const AUTOMATIC_MAX = 4096
/** What systems that do not say it rarely go below. */
const OPEN_FILES_UNKNOWN = 1024
/** Databases, logs, pipes, name servers. */
const OPEN_FILES_OTHERS = 64

/**
 * So many sockets for sending: what those who publish (half of the files, `front-door.ts`) and everything else leave.
 * @param openFiles how many this process may have open; undefined: not known
 */
export function automaticSocketsMax(openFiles = OPEN_FILES_UNKNOWN): number {
  const most = Math.max(Math.floor(openFiles / 2) - OPEN_FILES_OTHERS, Math.floor(openFiles / 4), 1)
  return Math.min(most, AUTOMATIC_MAX)
}

export class SocketBudget {
  readonly #max: number
  /** Closes an idle connection somewhere; false: there is none. */
  readonly #closeIdle: () => boolean
  #open = 0
  /** In the order in which they asked, so that one with many requests takes turns with one that has few. */
  readonly #waiting = new Set<SocketUser>()

  constructor(max: number, closeIdle: () => boolean) {
    this.#max = max
    this.#closeIdle = closeIdle
  }

  get open(): number {
    return this.#open
  }

  /** Somebody else waits: what falls idle is closed for them. So there are idle ones only while nobody waits. */
  isWantedBeside(user: SocketUser): boolean {
    return this.#waiting.size > (this.#waiting.has(user) ? 1 : 0)
  }

  /** Takes one, in the place of an idle one if there is no other way. False: all are in use, and `user` is served later. */
  take(user: SocketUser): boolean {
    if (this.#open >= this.#max && !this.#closeIdle()) {
      this.#waiting.add(user)
      return false
    }
    this.#open++
    return true
  }

  /** To be called once for each that was taken, when it has been closed or given up. */
  give(): void {
    this.#open--
    assert(this.#open >= 0, 'no more sockets are closed than were opened')
    while (this.#open < this.#max) {
      const [next] = this.#waiting
      if (next === undefined) return
      this.#waiting.delete(next)
      next.serve()
    }
  }

  /** The user has nothing more that waits. */
  leave(user: SocketUser): void {
    this.#waiting.delete(user)
  }
}
