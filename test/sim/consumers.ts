// Owns the consumers of a run: they pull, work for a while, say what became of it, early, late, twice or never, and die with what they hold.
// Must never know how it should end: the checkers do.
import type { GivenDelivery } from '@timbre/server/engine/pull-api.ts'
import type { Attempted, Target } from './configuration.ts'
import type { Prng } from './prng.ts'
import type { World } from './world.ts'

export interface ConsumersDependencies {
  readonly world: World
  readonly prng: Prng
  readonly attempt: Attempted
}

const STATUSES = [200, 200, 200, 204, 500, 503, 404]
const LEASE_MS_MIN = 5000
/** After another was given the same. */
const LATE_MS_MAX = 10_000
/** Between two polls of one that has nothing else to do. */
const STEADY_MS = 7013

export class Consumers {
  readonly #dependencies: ConsumersDependencies
  /** By delivery: what died with its consumer. */
  readonly #lost = new Map<string, GivenDelivery>()
  #isCalm = false
  #requests = 0

  constructor(dependencies: ConsumersDependencies) {
    this.#dependencies = dependencies
  }

  /** From now on one pulls from each webhook, and does well what it gets. */
  steady(): void {
    this.#isCalm = true
    this.#pullAll()
  }

  #pullAll(): void {
    const { world } = this.#dependencies
    for (const target of world.database.rows<Target>(PULLED)) this.pull(target)
    world.clock.schedule(() => this.#pullAll(), STEADY_MS)
  }

  any(): Target | undefined {
    const { world, prng } = this.#dependencies
    const all = world.database.rows<Target>(PULLED)
    return all.length === 0 ? undefined : prng.pick(all)
  }

  pull(target: Target | undefined): void {
    const { world, prng, attempt } = this.#dependencies
    const { process } = world
    if (process === undefined || target === undefined) return
    const { id: webhookId, workspaceId } = target
    const isRepeated = prng.chance(0.2)
    const isGone = !this.#isCalm && prng.chance(0.1)
    const key = `k${this.#requests++}`
    const request = {
      workspaceId,
      webhookId,
      max: 1 + prng.below(20),
      waitMs: this.#isCalm || prng.chance(0.5) ? 0 : prng.between(0, 30_000),
      leaseMs: Math.round(prng.betweenMagnitudes(LEASE_MS_MIN, this.#isCalm ? 60_000 : 3_600_000)),
      remoteAddress: '203.0.113.7',
      requestKey: isRepeated ? { key, request: key } : null,
      onGone: (listener: () => void) => void (isGone && world.clock.schedule(listener, prng.between(0, 5000))),
    }
    attempt(`pull from ${webhookId.slice(-8)}`, async () => {
      const { given } = await process.engine.pulls.pull(request)
      for (const delivery of given) this.#take(target, delivery)
      if (!isRepeated) return
      const again = await process.engine.pulls.pull(request)
      world.pulledLeases.checkRepeated(given, again.given)
    })
  }

  #take(target: Target, delivery: GivenDelivery): void {
    const { world, prng } = this.#dependencies
    world.pulledLeases.checkGiven(delivery.deliveryId, delivery.leaseToken, delivery.body)
    const luck = this.#isCalm ? 1 : prng.fraction()
    this.#meet(target, delivery)
    // It dies with it.
    if (luck < 0.15) {
      this.#lost.set(delivery.deliveryId, delivery)
      return
    }
    const workMs = this.#isCalm ? prng.between(0, 100) : prng.betweenMagnitudes(1, 20_000)
    world.clock.schedule(() => this.#say(target, delivery), workMs)
    if (luck < 0.3) world.clock.schedule(() => this.#say(target, delivery), workMs + prng.betweenMagnitudes(1, 60_000))
    if (luck < 0.4) world.clock.schedule(() => this.#extend(target, delivery), workMs / 2)
  }

  /** Whoever was thought dead with this delivery may be back now that another has it. */
  #meet(target: Target, { deliveryId, leaseToken }: GivenDelivery): void {
    const { world, prng } = this.#dependencies
    const older = this.#lost.get(deliveryId)
    if (older === undefined || older.leaseToken === leaseToken) return
    const isDone = prng.chance(0.7)
    const comeBack = () => (isDone ? this.#say(target, older, prng.pick(STATUSES)) : this.#extend(target, older))
    world.clock.schedule(comeBack, prng.betweenMagnitudes(1, LATE_MS_MAX))
  }

  /** To whichever process is there then. */
  #say(
    { id: webhookId, workspaceId }: Target,
    { deliveryId, leaseToken }: GivenDelivery,
    status: number | null = this.#isCalm ? 200 : this.#anyStatus(),
  ): void {
    const { world, attempt } = this.#dependencies
    const { process } = world
    if (process === undefined) return
    world.pulledLeases.says(leaseToken, status)
    const result = { deliveryId, leaseToken, status, durationMs: undefined, body: null }
    attempt(`result of ${deliveryId.slice(-8)}: ${status}`, async () => {
      await process.engine.pulls.record({ workspaceId, webhookId }, [result], '203.0.113.7')
    })
  }

  /** null: it gives it back. */
  #anyStatus(): number | null {
    const { prng } = this.#dependencies
    if (prng.chance(0.1)) return null
    return prng.chance(0.01) ? 410 : prng.pick(STATUSES)
  }

  #extend({ id: webhookId, workspaceId }: Target, { deliveryId, leaseToken }: GivenDelivery): void {
    const { world, attempt } = this.#dependencies
    const { process } = world
    if (process === undefined) return
    world.pulledLeases.asksForMore(leaseToken)
    attempt(`extend ${deliveryId.slice(-8)}`, async () => {
      await process.engine.pulls.extend({ workspaceId, webhookId }, deliveryId, leaseToken, LEASE_MS_MIN)
    })
  }
}

const PULLED = `
SELECT id, workspace_id AS workspaceId, kind FROM webhooks WHERE kind = 'pull' AND deleted_at IS NULL ORDER BY id`
