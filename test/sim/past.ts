// Owns what users ask of the past in a run: replays that are begun and cancelled, and calls that are erased.
import type { ReplayRow } from '@timbre/server/storage/storage.ts'
import type { Attempted, Configuration } from './configuration.ts'
import type { OtherNode } from './other-node.ts'
import type { Prng } from './prng.ts'
import { EVENT_KEYS } from './publisher.ts'
import type { World } from './world.ts'

export interface PastDependencies {
  readonly world: World
  readonly prng: Prng
  readonly configuration: Configuration
  readonly attempt: Attempted
  /** Another node than the process. */
  readonly other?: OtherNode
}

const HOUR_MS = 3_600_000
const REPLAYS_MAX = 5

export class Past {
  readonly #dependencies: PastDependencies

  constructor(dependencies: PastDependencies) {
    this.#dependencies = dependencies
  }

  replay(): void {
    const { world, prng, configuration, attempt, other } = this.#dependencies
    const process = other ?? world.process
    const target = configuration.anyWebhook()
    if (process === undefined || target === undefined) return
    const now = world.clock.now()
    const row: ReplayRow = {
      id: world.random.uuid(now),
      workspaceId: target.workspaceId,
      webhookId: target.id,
      since: now - Math.round(prng.betweenMagnitudes(1000, 10 * HOUR_MS)),
      until: now,
      eventKeys: prng.chance(0.3) ? [prng.pick(EVENT_KEYS)] : null,
      only: prng.pick(['failed', 'missing', 'all'] as const),
      status: 'running',
      matched: 0,
      matchedIsExact: false,
      queued: 0,
      createdAt: now,
      updatedAt: now,
      finishedAt: null,
    }
    attempt(`replay ${row.only} to ${target.id.slice(-8)}`, async () => {
      await process.storage.createReplay(row, REPLAYS_MAX, configuration.context('replay.created', row.id))
      process.engine.wake()
    })
  }

  cancelReplay(): void {
    const { world, prng, configuration, attempt, other } = this.#dependencies
    const process = other ?? world.process
    const running = world.database.rows<Running>(RUNNING)
    if (process === undefined || running.length === 0) return
    const { id, webhookId, workspaceId } = prng.pick(running)
    attempt(`cancel the replay ${id.slice(-8)}`, () =>
      process.storage.cancelReplay(workspaceId, webhookId, id, configuration.context('replay.cancelled', id)),
    )
  }

  eraseCall(): void {
    const { world, prng, attempt, other } = this.#dependencies
    const process = other ?? world.process
    if (process === undefined) return
    const workspaceId = `workspace-${prng.below(world.swarm.workspaces)}`
    const callId = `call-${prng.below(world.swarm.calls)}`
    const { ledger } = world
    attempt(`erase ${callId} of ${workspaceId}`, async () => {
      const before = ledger.events.ofCall(workspaceId, callId)
      await process.engine.eraseCall(workspaceId, callId)
      ledger.erasureAnswered(workspaceId, callId, before)
    })
  }
}

interface Running {
  readonly id: string
  readonly webhookId: string
  readonly workspaceId: string
}

const RUNNING = `
SELECT id, webhook_id AS webhookId, workspace_id AS workspaceId FROM replays WHERE status = 'running' ORDER BY id`
