// Owns every version that a webhook has had, and which of them may still be used: none older than the newest one that
// the process was told of.
import { webhookPlace } from '@timbre/server/platform/vault.ts'
import type { PreviousSecret } from '@timbre/server/storage/storage.ts'
import type { SimClock } from './sim-clock.ts'
import type { SimDatabase } from './sim-database.ts'
import { simVault } from './sim-vault.ts'

export interface WebhookVersion {
  readonly id: string
  readonly version: number
  readonly url: string
  readonly isActive: boolean
  readonly isDeleted: boolean
  readonly secret: string
  /** Replaced secrets, the newest first. */
  readonly previous: readonly { readonly secret: string; readonly expiresAt: number }[]
  readonly headers: Readonly<Record<string, string>>
  readonly scheduleSeconds: readonly number[] | null
  readonly rateLimitPerSecond: number | null
}

interface Known {
  readonly version: WebhookVersion
  /** On the monotonic clock. */
  toldAt: number
}

interface Row {
  readonly workspace_id: string
  readonly version: number
  readonly url: string
  readonly is_active: number
  readonly deleted_at: number | null
  readonly sealed_secret: string
  readonly previous_secrets: string | null
  readonly sealed_headers: string
  readonly retry_schedule: string | null
  readonly rate_limit_per_second: number | null
}

export class WebhookVersions {
  readonly #database: SimDatabase
  readonly #clock: SimClock
  readonly #known = new Map<string, Known[]>()

  constructor(database: SimDatabase, clock: SimClock) {
    this.#database = database
    this.#clock = clock
  }

  get ids(): readonly string[] {
    return [...this.#known.keys()]
  }

  newest(id: string): WebhookVersion {
    const newest = this.#of(id).at(-1)
    if (newest === undefined) throw new Error(`there is no webhook ${id}`)
    return newest.version
  }

  /** Reads what is on disk now. */
  committed(id: string): void {
    const [row] = this.#database.rows<Row>('SELECT * FROM webhooks WHERE id = ?', id)
    if (row === undefined) return
    const known = this.#of(id)
    if (known.at(-1)?.version.version === row.version) return
    known.push({ version: readVersion(id, row), toldAt: Number.POSITIVE_INFINITY })
    this.#known.set(id, known)
  }

  /** The process learns of the newest version. */
  told(id: string): void {
    const newest = this.#of(id).at(-1)
    if (newest !== undefined) newest.toldAt = Math.min(newest.toldAt, this.#clock.monotonic())
  }

  /** A process that has just started remembers nothing older. */
  allTold(): void {
    for (const id of this.#known.keys()) this.told(id)
  }

  /** The versions that a request of this moment may be made from. */
  allowed(id: string): readonly WebhookVersion[] {
    const known = this.#of(id)
    const now = this.#clock.monotonic()
    const first = known.findLastIndex(({ toldAt }) => toldAt < now)
    return known.slice(Math.max(first, 0)).map(({ version }) => version)
  }

  #of(id: string): Known[] {
    return this.#known.get(id) ?? []
  }
}

function readVersion(id: string, row: Row): WebhookVersion {
  const { previous_secrets: previous, retry_schedule: schedule } = row
  const isDeleted = row.deleted_at !== null
  const webhook = { workspaceId: row.workspace_id, id }
  const open = (sealed: string, part: 'secret' | 'previous_secret' | 'headers') =>
    simVault.open(sealed, webhookPlace(part, webhook))
  return {
    id,
    version: row.version,
    url: row.url,
    isActive: row.is_active === 1,
    isDeleted,
    // Of a deleted one nothing is kept that could be opened.
    secret: isDeleted ? '' : open(row.sealed_secret, 'secret'),
    previous: readPrevious(previous).map(({ sealed, expiresAt }) => ({
      secret: open(sealed, 'previous_secret'),
      expiresAt,
    })),
    // Written by the workload.
    headers: isDeleted ? {} : (JSON.parse(open(row.sealed_headers, 'headers')) as Record<string, string>),
    scheduleSeconds: schedule === null ? null : (JSON.parse(schedule) as number[]),
    rateLimitPerSecond: row.rate_limit_per_second,
  }
}

function readPrevious(text: string | null): readonly PreviousSecret[] {
  // Written by the storage.
  return text === null ? [] : (JSON.parse(text) as PreviousSecret[])
}
