// Owns the providers of calls in a run: each posts the messages of its calls in any order, late, twice or never, until it hears that they
// were taken, to whichever node is there; and the turns of the watchdog.
// Must never know how it should end: the checkers do.
import { sampleCall } from '@timbre/contract/providers/sample-calls.ts'
import type { Payload, SourceRequest } from '@timbre/contract/providers/source-request.ts'
import { signedBy, TEST_SECRETS } from '@timbre/contract/providers/testing/test-signers.ts'
import { SAMPLE_ENDS, type SourceKind } from '@timbre/contract/source.ts'
import { sealSecrets } from '@timbre/server/sources/source-secrets.ts'
import { writeSetup } from '@timbre/server/sources/source-setup.ts'
import { NOTHING_OFFERED, type SourceRow } from '@timbre/server/storage/storage.ts'
import type { Attempted, Configuration } from './configuration.ts'
import { Life } from './life.ts'
import type { Prng } from './prng.ts'
import { type SimSources, simSources } from './sim-sources.ts'
import { simVault } from './sim-vault.ts'
import type { World } from './world.ts'

export interface CallersDependencies {
  readonly world: World
  readonly prng: Prng
  readonly attempt: Attempted
  readonly configuration: Configuration
}

/** Whose traps differ: a final analysis; an end that follows every other; legs. None of their calls takes longer than four hours. */
const KINDS: readonly SourceKind[] = ['retell', 'vonage', 'telnyx']
const TRIES_MAX = 4
const HOUR_MS = 3_600_000
const URL_OF = 'https://timbre.example/sources/x'

export class Callers {
  readonly #dependencies: CallersDependencies
  readonly #sources: SourceRow[] = []
  readonly #other: SimSources
  #calls = 0
  /** Messages that are to be posted yet. */
  #toPost = 0

  constructor(dependencies: CallersDependencies) {
    this.#dependencies = dependencies
    const { world } = dependencies
    const storage = world.database.storageFor(new Life(0, world.clock, () => {}), 'other')
    const engine = {
      // It has no lanes: what follows is due at once, for whoever comes.
      async accept(request: Parameters<typeof storage.acceptEvents>[0][number]) {
        const { results } = await storage.acceptEvents([request], NOTHING_OFFERED)
        world.started?.engine.wake()
        const [result] = results
        if (result === undefined) throw new Error('a request has a result')
        return result
      },
    }
    this.#other = simSources({ clock: world.clock, storage, engine, random: world.random })
  }

  /** One source of each kind in each workspace. */
  begin(): void {
    const { world } = this.#dependencies
    for (let index = 0; index < world.swarm.workspaces; index++) {
      for (const kind of KINDS) this.#create(`workspace-${index}`, kind)
    }
  }

  #create(workspaceId: string, kind: SourceKind): void {
    const { world, attempt, configuration } = this.#dependencies
    const now = world.clock.now()
    const key = { workspaceId, id: world.random.uuid(now) }
    const row: SourceRow = {
      ...key,
      name: kind,
      kind,
      token: key.id,
      sealed: sealSecrets(simVault, key, { secret: TEST_SECRETS[kind], previous: [], apiKey: null }),
      secretPreview: '',
      previousSecretExpiresAt: null,
      hasApiKey: false,
      setup: writeSetup({ publicUrl: null, agentMap: {}, verification: null, fields: null }),
      version: 1,
      createdAt: now,
      updatedAt: now,
    }
    attempt(`create the source ${kind}`, async () => {
      await world.process?.storage.createSource(row, 100, configuration.context('source.created', row.id))
    })
    this.#sources.push(row)
  }

  /** A call begins: its messages come when they come. */
  call(): void {
    const { world, prng } = this.#dependencies
    const source = prng.pick(this.#sources)
    const callId = `${source.kind}-${this.#calls++}`
    const startMs = world.clock.now()
    const end = prng.pick(SAMPLE_ENDS)
    const messages = sampleCall(source.kind, callId, end, { startMs })
    world.trackedCalls.begins(source, callId, { end, messages: messages.length })
    const isOrderly = prng.chance(0.4)
    const spanMs = prng.betweenMagnitudes(10, 120_000)
    for (const [index, payload] of messages.entries()) {
      // It is never sent: the process of the provider has died.
      if (prng.chance(0.1)) continue
      const atMs = isOrderly ? (index * spanMs) / messages.length : prng.between(0, spanMs)
      this.#postIn(atMs, source, payload, 1)
      // Sent again although it was taken.
      if (prng.chance(0.2)) this.#postIn(atMs + prng.between(0, 5000), source, payload, 1)
    }
  }

  /** A turn of the watchdog of a node. */
  watch(): void {
    const { prng, attempt } = this.#dependencies
    const node = this.#node(prng.chance(0.3))
    if (node === undefined) return
    attempt('watch over calls', async () => {
      await node.watchdog.closeOnce()
    })
  }

  /** Nothing is said any more: until the clock has ended every call, or it never will. */
  async finish(isOver: () => boolean): Promise<void> {
    const { world } = this.#dependencies
    const until = world.clock.monotonic() + 24 * HOUR_MS + world.clock.jumpedBackMs
    // What is said yet may begin a call.
    while (!isOver() && this.#calls > 0 && (this.#toPost > 0 || world.database.pending > 0))
      await world.clock.advance(HOUR_MS / 60, isOver)
    while (!isOver() && this.#open() > 0 && world.clock.monotonic() < until) {
      this.watch()
      await world.clock.advance(HOUR_MS / 4, isOver)
    }
  }

  #open(): number {
    return this.#dependencies.world.database.rows<{ count: number }>(OPEN)[0]?.count ?? 0
  }

  #node(isOther: boolean): SimSources | undefined {
    return isOther ? this.#other : this.#dependencies.world.process?.sources
  }

  #postIn(ms: number, source: SourceRow, payload: Payload, tries: number): void {
    this.#toPost++
    this.#dependencies.world.clock.schedule(() => {
      this.#toPost--
      this.#post(source, payload, tries)
    }, ms)
  }

  #post(source: SourceRow, payload: Payload, tries: number): void {
    const { world, prng, attempt } = this.#dependencies
    const node = this.#node(prng.chance(0.3))
    const again = () => {
      if (tries < TRIES_MAX) this.#postIn(prng.betweenMagnitudes(100, 60_000), source, payload, tries + 1)
    }
    if (node === undefined) {
      again()
      return
    }
    const request: SourceRequest = signedBy({ kind: source.kind, url: URL_OF, payload, now: world.clock.now() })
    const told = world.trackedCalls.says(source, payload, request)
    attempt(`${source.kind} says ${told.what}`, async () => {
      try {
        const taken = await node.intake.take(source, request)
        if (taken.kind !== 'refused') world.trackedCalls.acknowledged(told)
        // The wall has jumped between the two.
        else again()
      } catch (error) {
        again()
        throw error
      }
    })
  }
}

const OPEN = 'SELECT count(*) AS count FROM source_calls WHERE due_at IS NOT NULL'
