// Owns what users ask of the past in a run: replays that are begun and cancelled, and calls that are erased.
import type { ReplayRow } from '@timbre/server/storage/storage.ts'
import type { Attempted, Configuration } from './configuration.ts'
import { InjectedFault } from './injected-fault.ts'
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
const AGAIN_MS_MAX = 60_000
/** What is held in memory of an erased call still waits there by then, where its receiver is slow. */
const AGAIN_SOON_MS_MAX = 200

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

  /** Whoever erases is told of an error although it was done. */
  eraseUnanswered(): void {
    this.#dependencies.world.database.loseNextAnswerTo('eraseCall')
    this.#erase(AGAIN_SOON_MS_MAX)
  }

  eraseCall(): void {
    this.#erase(AGAIN_MS_MAX)
  }

  /** @param againMsMax who is told of an error asks again after as long, at most */
  #erase(againMsMax: number): void {
    const { world, prng, attempt, other } = this.#dependencies
    const process = other ?? world.process
    if (process === undefined) return
    const { workspaceId, callId } = this.#callToErase()
    const { ledger } = world
    const erase = (): Promise<unknown> =>
      process.engine.eraseCall(workspaceId, callId).catch(async (error: unknown) => {
        if (!(error instanceof InjectedFault)) throw error
        // Nobody knows how much of it is gone: whoever wants it gone asks again. Meanwhile what is left of it goes on.
        await new Promise<void>((resolve) => world.clock.schedule(resolve, prng.betweenMagnitudes(10, againMsMax)))
        return erase()
      })
    attempt(`erase ${callId} of ${workspaceId}`, async () => {
      const before = ledger.events.ofCall(workspaceId, callId)
      const asked = { workspaceId, callId, by: process }
      world.erasures.add(asked)
      await erase().finally(() => world.erasures.delete(asked))
      ledger.erasureAnswered(workspaceId, callId, before)
      // What another one has taken that is under way yet, that one answers for.
      if (!world.isErasing(workspaceId, callId)) ledger.mustNotBegin(workspaceId, callId)
    })
  }

  /** One of which something is under a lease, or any. */
  #callToErase(): Call {
    const { world, prng } = this.#dependencies
    const [held] = prng.chance(0.7) ? world.database.rows<Call>(HELD) : []
    if (held !== undefined) return held
    return {
      workspaceId: `workspace-${prng.below(world.swarm.workspaces)}`,
      callId: `call-${prng.below(world.swarm.calls)}`,
    }
  }
}

interface Call {
  readonly workspaceId: string
  readonly callId: string
}

/** The last one of a call that was leased: most probably it waits in memory still. */
const HELD = `
SELECT d.workspace_id AS workspaceId, e.call_id AS callId
FROM deliveries d JOIN events e ON e.workspace_id = d.workspace_id AND e.id = d.event_id
WHERE d.status = 'sending' AND e.call_id IS NOT NULL ORDER BY d.seq DESC LIMIT 1`

interface Running {
  readonly id: string
  readonly webhookId: string
  readonly workspaceId: string
}

const RUNNING = `
SELECT id, webhook_id AS webhookId, workspace_id AS workspaceId FROM replays WHERE status = 'running' ORDER BY id`
