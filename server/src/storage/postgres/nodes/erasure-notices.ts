// Owns telling nodes which deliveries that they hold are erased, and hearing that they know. Must never wait for a node that is
// dead, nor for long: who has not confirmed by then is counted.
import type { Cancel, Clock } from '../../../platform/clock.ts'
import type { Random } from '../../../platform/random.ts'
import { statement } from '../wire/statement.ts'

/** PostgreSQL takes fewer than 8,000 bytes: so many ids and the rest. */
const IDS_MAX = 150
/** A node that listens confirms within milliseconds; one that has lost its connection is back after 2 s. */
const CONFIRM_MS_MAX = 5000
const SILENT_MS_MAX = 100

/** Inside the transaction that erases: whoever hears it, can no longer find the rows, and whoever cannot be told, has not erased. */
export const SAY_ERASED = statement(
  'say_erased',
  `SELECT pg_notify('timbre_erased', payload) FROM unnest($1::text[]) AS payload`,
)

export interface ErasedMessage {
  /** Of the node that holds the deliveries. */
  readonly to: string
  /** What it confirms. */
  readonly token: string
  /** None: it holds nothing that this erasure knows of. What it confirms is that it has heard all that was said before. */
  readonly ids: readonly string[]
}

export interface ErasedLease {
  readonly id: string
  readonly node: string
}

/** What a node says once it has dropped what it was told of. Without a token: it had not listened, and has dropped everything. */
export interface Confirmation {
  readonly node: string
  readonly token?: string
}

export interface ErasureNoticesDependencies {
  readonly clock: Clock
  readonly random: Random
}

interface Pending {
  readonly message: ErasedMessage
  readonly settle: (unconfirmed: number) => void
}

export class ErasureNotices {
  readonly #dependencies: ErasureNoticesDependencies
  readonly #pending = new Map<string, Pending>()
  /** Nodes that have let a wait run out and said nothing since: an erasure of many batches waits once. */
  readonly #silent = new Set<string>()

  constructor(dependencies: ErasureNoticesDependencies) {
    this.#dependencies = dependencies
  }

  /**
   * To be called before the commit. Each living node confirms, also one that holds none of these: an erasure of the same call that was
   * begun elsewhere has removed the rows, and may not have been heard there yet. Notices come in the order of their commits.
   * @param living nodes; a dead one sends nothing
   * @returns what to say, and how many deliveries are held by nodes that have not confirmed in time: one at least of each
   */
  expect(
    leased: readonly ErasedLease[],
    living: ReadonlySet<string>,
  ): { readonly payloads: string[]; readonly unconfirmed: Promise<number> } {
    const { random, clock } = this.#dependencies
    const held = Map.groupBy(leased, ({ node }) => node)
    const messages = [...living].flatMap((to) =>
      chunks(held.get(to) ?? [], IDS_MAX).map((part): ErasedMessage => {
        return { to, token: random.uuid(clock.now()), ids: part.map(({ id }) => id) }
      }),
    )
    const waits = messages.map((message) => this.#wait(message))
    return {
      payloads: messages.map((message) => JSON.stringify(message)),
      unconfirmed: Promise.all(waits).then((counts) => counts.reduce((sum, count) => sum + count, 0)),
    }
  }

  confirmed(confirmation: Confirmation): void {
    const { node, token } = confirmation
    this.#silent.delete(node)
    if (token !== undefined) this.#pending.get(token)?.settle(0)
    else for (const { message, settle } of this.#pending.values()) if (message.to === node) settle(0)
  }

  #wait(message: ErasedMessage): Promise<number> {
    return new Promise((resolve) => {
      let cancel: Cancel = () => {}
      const settle = (unconfirmed: number) => {
        cancel()
        this.#pending.delete(message.token)
        resolve(unconfirmed)
      }
      const { to, token, ids } = message
      this.#pending.set(token, { message, settle })
      const runOut = () => {
        this.#silent.add(to)
        settle(Math.max(ids.length, 1))
      }
      cancel = this.#dependencies.clock.schedule(runOut, this.#silent.has(to) ? SILENT_MS_MAX : CONFIRM_MS_MAX)
    })
  }
}

/** One at least, of nothing. */
function chunks<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.max(Math.ceil(list.length / size), 1) }, (_, nth) =>
    list.slice(nth * size, (nth + 1) * size),
  )
}
