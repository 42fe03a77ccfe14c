// Owns another node over the same tables, as the process meets one: it changes and erases by a clock of its own, and says so in notices
// that come late, or not at all while the process does not listen. Then everything may have changed.
import type { Storage } from '@timbre/server/storage/storage.ts'
import { InjectedFault } from './injected-fault.ts'
import { Life } from './life.ts'
import type { Prng } from './prng.ts'
import type { SimNode, World } from './world.ts'

const NOTICE_MS_MAX = 50
/** Few, so that much happens between two batches. */
const ERASED_ROWS_MAX = 20
/** Between two batches; what it has not erased waits for who asks again. */
const DIES = 0.1

export class OtherNode implements SimNode {
  readonly #world: World
  readonly #prng: Prng
  readonly storage: Storage
  #isLive = true
  /** Erasures that wait for the process to say that it knows. */
  readonly #unconfirmed = new Set<() => void>()

  constructor(world: World, prng: Prng) {
    this.#world = world
    this.#prng = prng
    this.storage = world.database.storageFor(new Life(0, world.clock, () => {}), 'other')
  }

  readonly engine: SimNode['engine'] = {
    webhookChanged: (id) =>
      this.#say(() => {
        this.#world.ledger.webhooks.told(id)
        this.#world.started?.engine.webhookChanged(id)
      }),
    wake: () => this.#say(() => this.#world.started?.engine.wake()),
    // What has its turn now this node would claim itself; one that has died is missed.
    eraseCall: (workspaceId, callId) => this.#erase(workspaceId, callId).finally(() => this.engine.wake()),
  }

  now(): number {
    return this.#world.clock.now() + this.#world.swarm.otherClockMs
  }

  loseListener(): void {
    const { clock, trace } = this.#world
    if (!this.#isLive) return
    trace.add('nobody listens to the other node')
    this.#isLive = false
    this.#world.hearsOthers = false
    clock.schedule(() => this.#listenAgain(), this.#prng.betweenMagnitudes(2000, 60_000))
  }

  #listenAgain(): void {
    const { trace, started, ledger } = this.#world
    trace.add('the other node is listened to again')
    this.#isLive = true
    this.#world.hearsOthers = true
    ledger.webhooks.allTold()
    started?.engine.everythingMayHaveChanged()
    started?.engine.leasesLost()
    for (const confirm of this.#unconfirmed) confirm()
    this.#unconfirmed.clear()
  }

  async #erase(workspaceId: string, callId: string) {
    const total = { events: 0, deliveries: 0, attempts: 0, unconfirmed: 0 }
    for (;;) {
      const request = { workspaceId, callId, now: this.now(), rowsMax: ERASED_ROWS_MAX }
      const { leased, isDone } = await this.storage.eraseCall(request)
      if (leased.length > 0) await this.#confirmed(leased)
      if (isDone) return total
      if (this.#prng.chance(DIES)) throw new InjectedFault('The other node has died.')
    }
  }

  #confirmed(ids: readonly string[]): Promise<void> {
    return new Promise((resolve) => {
      this.#unconfirmed.add(resolve)
      this.#say(() => {
        this.#world.started?.engine.leasesLost(ids)
        this.#unconfirmed.delete(resolve)
        resolve()
      })
    })
  }

  #say(notice: () => void): void {
    this.#world.clock.schedule(
      () => {
        if (this.#isLive) notice()
      },
      this.#prng.between(0, NOTICE_MS_MAX),
    )
  }
}
