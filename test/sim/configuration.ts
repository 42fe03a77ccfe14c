// Owns configuring in a run: webhooks are made, edited, disabled and enabled, rotated and deleted while deliveries are
// under way, each time as the API does it: the change on disk first, then the engine is told.
import type { AuditAction } from '@timbre/contract/audit-entry.ts'
import { pullUrl, SIGNING_SECRETS_MAX, type WebhookKind } from '@timbre/contract/webhook.ts'
import { webhookPlace } from '@timbre/server/platform/vault.ts'
import type { ChangeContext, WebhookChange } from '@timbre/server/storage/storage.ts'
import type { OtherNode } from './other-node.ts'
import type { Prng } from './prng.ts'
import { AGENTS, EVENT_KEYS } from './publisher.ts'
import { simVault } from './sim-vault.ts'
import type { SimNode, World } from './world.ts'

/** Does work that may be refused or fail. */
export type Attempted = (what: string, work: () => Promise<void>) => void

export interface Target {
  readonly id: string
  readonly workspaceId: string
  readonly kind: WebhookKind
}

export interface ConfigurationDependencies {
  readonly world: World
  readonly prng: Prng
  readonly attempt: Attempted
  /** Another node than the process, with its own clock. */
  readonly other?: OtherNode
}

const HOUR_MS = 3_600_000
const WEBHOOKS_MAX = 12
const OPERATIONAL_KEYS = ['webhook.failing', 'webhook.disabled', 'webhook.recovered', 'delivery.exhausted'] as const

interface DeliveryTarget {
  readonly id: string
  readonly webhook_id: string
  readonly workspace_id: string
}

const RECENT = 'SELECT id, webhook_id, workspace_id FROM deliveries ORDER BY seq DESC LIMIT 100'
const EXISTING = 'SELECT id, workspace_id AS workspaceId, kind FROM webhooks WHERE deleted_at IS NULL ORDER BY id'

export class Configuration {
  readonly #dependencies: ConfigurationDependencies
  #edits = 0

  constructor(dependencies: ConfigurationDependencies) {
    this.#dependencies = dependencies
  }

  async begin(): Promise<void> {
    const { world } = this.#dependencies
    await world.clock.advance(5000)
    // A loop that is running at the moment has no timer.
    for (let look = 0; look < 10; look++) {
      await world.clock.advance(10)
      world.idleTimers = Math.max(world.idleTimers, world.process?.life.pendingTimers ?? 0)
    }
    for (let index = 0; index < world.swarm.workspaces; index++) {
      const id = `workspace-${index}`
      const context = this.context('workspace.created', id)
      void world.process?.storage.createWorkspace(
        { id, name: id, retentionDays: null, createdAt: context.now },
        context,
      )
    }
    for (let index = 0; index < world.swarm.webhooks; index++) this.create()
    await world.clock.advance(100)
    world.database.hasFaults = true
  }

  anyWebhook(): Target | undefined {
    const existing = this.#existing()
    return existing.length === 0 ? undefined : this.#dependencies.prng.pick(existing)
  }

  create(): void {
    const { world, prng, attempt } = this.#dependencies
    const process = this.#node()
    if (process === undefined || this.#existing().length >= WEBHOOKS_MAX) return
    const now = this.#now()
    const id = world.random.uuid(now)
    const workspaceId = `workspace-${prng.below(world.swarm.workspaces)}`
    const kind: WebhookKind = world.swarm.withPull && prng.chance(0.4) ? 'pull' : 'push'
    const keys = [...EVENT_KEYS, ...OPERATIONAL_KEYS].filter(() => prng.chance(0.45))
    const row = {
      id,
      workspaceId,
      kind,
      description: null,
      isActive: true,
      secretPreview: '',
      previousSecrets: [],
      disabledReason: null,
      failingSince: null,
      successCount: 0,
      failureCount: 0,
      lastDeliveryAt: null,
      version: 1,
      createdAt: now,
      updatedAt: now,
      sealedSecret: simVault.seal(this.#newSecret(), webhookPlace('secret', { workspaceId, id })),
      ...this.#newFields({ id, workspaceId, kind }),
    }
    attempt(`create ${id.slice(-8)}`, async () => {
      await process.storage.createWebhook(row, 1000, this.context('webhook.created', id))
      for (const eventKey of keys) await this.#subscribe(process, { id, workspaceId, kind }, eventKey)
    })
  }

  edit(): void {
    this.#change('edit', (target) => this.#newFields(target))
  }

  disable(): void {
    this.#change('disable', () => ({ isActive: false }))
  }

  enableSome(share: number): void {
    const { prng } = this.#dependencies
    for (const target of this.#existing()) {
      if (prng.chance(share)) this.#changeOf(target, 'enable', () => ({ isActive: true }))
    }
  }

  rotate(): void {
    const { prng, world, attempt } = this.#dependencies
    const process = this.#node()
    const target = this.anyWebhook()
    if (process === undefined || target === undefined) return
    const overlapMs = Math.round(prng.pick([0, 1, 24]) * HOUR_MS * prng.fraction())
    const place = webhookPlace('secret', target)
    const sealedSecret = simVault.seal(this.#newSecret(), place)
    attempt(`rotate ${target.id.slice(-8)}`, async () => {
      const { secret, previous } = world.ledger.webhooks.newest(target.id)
      const now = this.#now()
      const kept = previous.filter(({ expiresAt }) => expiresAt > now).slice(0, SIGNING_SECRETS_MAX - 2)
      const replaced = overlapMs === 0 ? [] : [{ secret, expiresAt: now + overlapMs }]
      const previousSecrets = [...replaced, ...kept].map((one) => ({
        sealed: simVault.seal(one.secret, webhookPlace('previous_secret', target)),
        expiresAt: one.expiresAt,
      }))
      const rotation = { replaces: simVault.seal(secret, place), sealedSecret, secretPreview: '', previousSecrets }
      const context = this.context('webhook.secret_rotated', target.id)
      const isDone = await process.storage.rotateSecret(target.workspaceId, target.id, rotation, context)
      if (isDone) process.engine.webhookChanged(target.id)
    })
  }

  delete(): void {
    const { attempt } = this.#dependencies
    const process = this.#node()
    const target = this.anyWebhook()
    if (process === undefined || target === undefined) return
    attempt(`delete ${target.id.slice(-8)}`, async () => {
      await process.storage.deleteWebhook(target.workspaceId, target.id, this.context('webhook.deleted', target.id))
      process.engine.webhookChanged(target.id)
    })
  }

  changeSubscription(): void {
    const { prng, attempt } = this.#dependencies
    const process = this.#node()
    const target = this.anyWebhook()
    if (process === undefined || target === undefined) return
    const key = prng.pick(EVENT_KEYS)
    const isActive = prng.chance(0.6)
    attempt(`subscription of ${target.id.slice(-8)} to ${key}`, async () => {
      const page = await process.storage.listSubscriptions(target.workspaceId, target.id, null, { page: 1, limit: 100 })
      const known = page.rows.find(({ eventKey }) => eventKey === key)
      if (known === undefined) return this.#subscribe(process, target, key)
      const context = this.context('subscription.updated', known.id)
      await process.storage.updateSubscription(target.workspaceId, target.id, known.id, isActive, context)
    })
  }

  retryDelivery(): void {
    const { world, prng, attempt } = this.#dependencies
    const process = this.#node()
    const recent = world.database.rows<DeliveryTarget>(RECENT)
    if (process === undefined || recent.length === 0) return
    const { id, webhook_id: webhookId, workspace_id: workspaceId } = prng.pick(recent)
    attempt(`retry ${id.slice(-8)}`, async () => {
      await process.storage.retryDelivery(workspaceId, webhookId, id, this.context('delivery.retried', id))
      process.engine.wake()
    })
  }

  #change(what: string, fields: (target: Target) => WebhookChange): void {
    const target = this.anyWebhook()
    if (target !== undefined) this.#changeOf(target, what, fields)
  }

  #changeOf(target: Target, what: string, fields: (target: Target) => WebhookChange): void {
    const { attempt } = this.#dependencies
    const process = this.#node()
    if (process === undefined) return
    attempt(`${what} ${target.id.slice(-8)}`, async () => {
      const context = this.context('webhook.updated', target.id)
      await process.storage.updateWebhook(target.workspaceId, target.id, fields(target), context)
      process.engine.webhookChanged(target.id)
    })
  }

  async #subscribe({ storage }: SimNode, { id: webhookId, workspaceId }: Target, eventKey: string): Promise<void> {
    const { world } = this.#dependencies
    const now = this.#now()
    const id = world.random.uuid(now)
    const row = { id, workspaceId, webhookId, eventKey, isActive: true, createdAt: now, updatedAt: now }
    await storage.createSubscription(row, this.context('subscription.created', id))
  }

  /** What an edit may change, each time with a url and a header that never were before. */
  #newFields(target: Target) {
    const { prng, world } = this.#dependencies
    const { swarm } = world
    const edit = ++this.#edits
    return {
      agentId: prng.chance(0.2) ? prng.pick(AGENTS) : null,
      url: target.kind === 'pull' ? pullUrl(target.id) : this.#newUrl(target, edit),
      sealedHeaders: simVault.seal(JSON.stringify({ 'X-Edit': String(edit) }), webhookPlace('headers', target)),
      ordering: swarm.withOrder && prng.chance(0.6) ? ('call' as const) : ('none' as const),
      rateLimitPerSecond: swarm.withRateLimit && prng.chance(0.5) ? 1 + prng.below(20) : null,
      retrySchedule: prng.chance(0.2) ? [0, 1, 3] : null,
    }
  }

  #newUrl({ id }: Target, edit: number): string {
    return `https://receiver-${this.#dependencies.prng.chance(0.4) ? 'of-all' : id.slice(-8)}.example/hook/${edit}`
  }

  #newSecret(): string {
    const bytes = Buffer.from(this.#dependencies.world.random.bytes(24))
    return this.#dependencies.prng.chance(0.7) ? `whsec_${bytes.toString('base64')}` : `words ${bytes.toString('hex')}`
  }

  #node(): SimNode | undefined {
    const { world, other } = this.#dependencies
    return other ?? world.process
  }

  #now(): number {
    const { world, other } = this.#dependencies
    return (other ?? world.clock).now()
  }

  #existing(): Target[] {
    return this.#dependencies.world.database.rows<Target>(EXISTING)
  }

  context(action: AuditAction, targetId: string): ChangeContext {
    const { world } = this.#dependencies
    const now = this.#now()
    const id = world.random.uuid(now)
    return {
      now,
      audit: { id, workspaceId: null, action, actor: 'sim', targetId, changedFields: [], remoteAddress: null },
    }
  }
}
