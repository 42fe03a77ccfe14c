// Owns what nodes tell each other of changes of deliveries: who watches a workspace says so, and only then the others say when something
// has changed in it. Must never be needed for what is shown: a stream reads the log, and looks by itself every second.
//
// Commits that notify wait for each other (PostgreSQL, `NOTIFY`), so that no transaction of the hot path does: what has changed in QUIET_MS is said at once.
import type { Clock } from '../../../platform/clock.ts'

/** Of a node whose last word about it is older nobody watches any more: it says so every 5 s. */
const WATCHED_MS = 20_000
const QUIET_MS = 50
/** A notice has at most 8000 bytes; an id has 36, and its quotation marks and comma. */
const IDS_PER_NOTICE = 180

/** Both kinds: from a node, about workspaces. */
interface Message {
  readonly node: string
  readonly ids: readonly string[]
}

export interface ChangeNoticesDependencies {
  readonly clock: Clock
  readonly node: string
  readonly say: (channel: string, payload: string) => void
  readonly onChanged: (workspaceIds: readonly string[]) => void
}

export const WATCHED = 'timbre_watched'
export const CHANGED = 'timbre_changed'

export class ChangeNotices {
  readonly #dependencies: ChangeNoticesDependencies
  /** By workspace: until when another node watches it. */
  readonly #watched = new Map<string, number>()
  readonly #changed = new Set<string>()

  constructor(dependencies: ChangeNoticesDependencies) {
    this.#dependencies = dependencies
  }

  /** Somebody on this node reads the changes of these workspaces. */
  watch(workspaceIds: Iterable<string>): void {
    this.#say(WATCHED, workspaceIds)
  }

  /** This node has changed deliveries of the workspace. Costs nothing while nobody elsewhere watches anything. */
  changed(workspaceId: string): void {
    if (this.#watched.size === 0) return
    const until = this.#watched.get(workspaceId)
    if (until === undefined) return
    const { clock } = this.#dependencies
    if (clock.monotonic() > until) {
      this.#watched.delete(workspaceId)
      return
    }
    if (this.#changed.size === 0) clock.schedule(() => this.#sayChanged(), QUIET_MS)
    this.#changed.add(workspaceId)
  }

  /** What another node, or this one, has said on one of the two channels. */
  hear(channel: string, payload: string): void {
    // Written by another node, of this version or a newer one.
    const { node, ids } = JSON.parse(payload) as Message
    const { clock, onChanged, node: own } = this.#dependencies
    if (node === own) return
    if (channel === CHANGED) onChanged(ids)
    else for (const id of ids) this.#watched.set(id, clock.monotonic() + WATCHED_MS)
  }

  #sayChanged(): void {
    this.#say(CHANGED, this.#changed)
    this.#changed.clear()
  }

  #say(channel: string, workspaceIds: Iterable<string>): void {
    const { node, say } = this.#dependencies
    const all = [...workspaceIds]
    for (let first = 0; first < all.length; first += IDS_PER_NOTICE) {
      const message: Message = { node, ids: all.slice(first, first + IDS_PER_NOTICE) }
      say(channel, JSON.stringify(message))
    }
  }
}
