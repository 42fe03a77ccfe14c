// Owns the opened copies of webhooks that attempts need: URL, headers, keys, schedule. Secrets live here in memory only.
// A copy is used only for the version that the delivery's own transaction saw, so a cache never decides what is sent.
import { LRUCache } from 'lru-cache'
import type { Vault } from '../platform/vault.ts'
import type { LeasedDelivery, Storage, WebhookRow } from '../storage/storage.ts'
import { type SigningKeys, signingKeys } from './signer.ts'

export interface Target {
  readonly webhookId: string
  readonly version: number
  readonly url: string
  readonly isActive: boolean
  /** The webhook's own headers, names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly keys: SigningKeys
  readonly previousKeys: SigningKeys | null
  readonly previousKeysUntil: number
  readonly retrySchedule: readonly number[] | null
  readonly rateLimitPerSecond: number | null
}

type TargetKey = Pick<LeasedDelivery, 'workspaceId' | 'webhookId' | 'webhookVersion'>

const TARGETS_MAX = 10_000

export class Targets {
  readonly #storage: Pick<Storage, 'loadTarget'>
  readonly #vault: Vault
  readonly #cache = new LRUCache<string, Target>({ max: TARGETS_MAX })
  #changes = 0

  constructor(dependencies: { readonly storage: Pick<Storage, 'loadTarget'>; readonly vault: Vault }) {
    this.#storage = dependencies.storage
    this.#vault = dependencies.vault
  }

  /** The webhook at this version or a newer one; undefined when it was deleted. */
  get({ workspaceId, webhookId, webhookVersion }: TargetKey): Target | Promise<Target | undefined> {
    const cached = this.#cache.get(webhookId)
    return cached !== undefined && cached.version >= webhookVersion ? cached : this.#load(workspaceId, webhookId)
  }

  /** Forgets a copy, so that what still waits in memory meets the webhook as it is now. */
  forget(webhookId: string): void {
    this.#changes++
    this.#cache.delete(webhookId)
  }

  async #load(workspaceId: string, webhookId: string): Promise<Target | undefined> {
    const changesBefore = this.#changes
    const row = await this.#storage.loadTarget(workspaceId, webhookId)
    if (row === undefined) return undefined
    const target = this.#open(row)
    // A change while this was being read may have made it old: use it once, keep nothing.
    if (changesBefore === this.#changes) this.#cache.set(webhookId, target)
    return target
  }

  #open(row: WebhookRow): Target {
    const { sealedPreviousSecret, previousSecretExpiresAt } = row
    return {
      webhookId: row.id,
      version: row.version,
      url: row.url,
      isActive: row.isActive,
      headers: lowerCaseNames(JSON.parse(this.#vault.open(row.sealedHeaders)) as Record<string, string>), // sealed by the API
      keys: signingKeys(this.#vault.open(row.sealedSecret)),
      previousKeys: sealedPreviousSecret === null ? null : signingKeys(this.#vault.open(sealedPreviousSecret)),
      previousKeysUntil: previousSecretExpiresAt ?? 0,
      retrySchedule: row.retrySchedule,
      rateLimitPerSecond: row.rateLimitPerSecond,
    }
  }
}

function lowerCaseNames(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}
