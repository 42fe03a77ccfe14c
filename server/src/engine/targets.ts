// Owns the opened copies of webhooks that attempts need: URL, headers, keys, schedule. Secrets live here in memory only.
// A copy is used only for the version that the delivery's own transaction saw, so a cache never decides what is sent.
import { LruMap } from '../platform/lru-map.ts'
import { type Vault, webhookPlace } from '../platform/vault.ts'
import type { LeasedDelivery, Storage, WebhookRow } from '../storage/storage.ts'
import { raisedSchedule } from './retry-policy.ts'
import { type SignedTarget, signingKeys } from './signer.ts'

export interface Target extends SignedTarget {
  readonly webhookId: string
  readonly workspaceId: string
  readonly version: number
  readonly url: string
  /** Scheme, host and port. */
  readonly origin: string
  readonly isActive: boolean
  readonly retrySchedule: readonly number[] | null
  readonly rateLimitPerSecond: number | null
}

type TargetKey = Pick<LeasedDelivery, 'workspaceId' | 'webhookId' | 'webhookVersion'>

const TARGETS_MAX = 10_000

export class Targets {
  readonly #storage: Pick<Storage, 'loadTarget'>
  readonly #vault: Vault
  readonly #retryDelaySecondsMin: number
  readonly #cache = new LruMap<Target>(TARGETS_MAX)
  readonly #loading = new Map<string, Promise<Target | undefined>>()

  constructor(
    dependencies: { readonly storage: Pick<Storage, 'loadTarget'>; readonly vault: Vault },
    options: { readonly retryDelaySecondsMin: number },
  ) {
    this.#storage = dependencies.storage
    this.#vault = dependencies.vault
    this.#retryDelaySecondsMin = options.retryDelaySecondsMin
  }

  /** The webhook at this version or a newer one; undefined when it was deleted. */
  get({ workspaceId, webhookId, webhookVersion }: TargetKey): Target | Promise<Target | undefined> {
    const cached = this.#cache.get(webhookId)
    return cached !== undefined && cached.version >= webhookVersion ? cached : this.#load(workspaceId, webhookId)
  }

  /** Forgets a copy, so that what still waits in memory meets the webhook as it is now. */
  forget(webhookId: string): void {
    // What is being read at this moment may be old.
    this.#loading.delete(webhookId)
    this.#cache.delete(webhookId)
  }

  /** As `forget`, of every webhook. */
  forgetAll(): void {
    this.#loading.clear()
    this.#cache.clear()
  }

  async #load(workspaceId: string, webhookId: string): Promise<Target | undefined> {
    const loading = this.#read(workspaceId, webhookId)
    this.#loading.set(webhookId, loading)
    try {
      const target = await loading
      // A change while this was being read may have made it old: use it once, keep nothing.
      if (target !== undefined && this.#loading.get(webhookId) === loading) this.#cache.set(webhookId, target)
      return target
    } finally {
      if (this.#loading.get(webhookId) === loading) this.#loading.delete(webhookId)
    }
  }

  async #read(workspaceId: string, webhookId: string): Promise<Target | undefined> {
    const row = await this.#storage.loadTarget(workspaceId, webhookId)
    return row && this.#open(row)
  }

  #open(row: WebhookRow): Target {
    return {
      webhookId: row.id,
      workspaceId: row.workspaceId,
      version: row.version,
      url: row.url,
      origin: new URL(row.url).origin,
      isActive: row.isActive,
      headers: lowerCaseNames(
        JSON.parse(this.#vault.open(row.sealedHeaders, webhookPlace('headers', row))) as Record<string, string>,
      ), // sealed by the API
      keys: signingKeys(this.#vault.open(row.sealedSecret, webhookPlace('secret', row))),
      previous: row.previousSecrets.map(({ sealed, expiresAt }) => ({
        keys: signingKeys(this.#vault.open(sealed, webhookPlace('previous_secret', row))),
        until: expiresAt,
      })),
      retrySchedule: row.retrySchedule && raisedSchedule(row.retrySchedule, this.#retryDelaySecondsMin),
      rateLimitPerSecond: row.rateLimitPerSecond,
    }
  }
}

function lowerCaseNames(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}
