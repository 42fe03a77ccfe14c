// Owns what users do at the other node in a run: "one changes, the other holds".
import { type Attempted, Configuration } from './configuration.ts'
import { OtherNode } from './other-node.ts'
import { Past } from './past.ts'
import type { Prng } from './prng.ts'
import type { World } from './world.ts'

export interface OtherUsersDependencies {
  readonly world: World
  readonly prng: Prng
  readonly attempt: Attempted
}

export interface OtherUsers {
  /** Changes how something is sent from now on. */
  change(): void
  /** Asks for something of the past. */
  ask(): void
  /** Changes and erases while the process does not listen. */
  unheard(): void
}

export function otherUsers({ world, prng, attempt }: OtherUsersDependencies): OtherUsers {
  const node = new OtherNode(world, prng)
  const there: Attempted = (what, work) => attempt(`at the other node: ${what}`, work)
  const configuration = new Configuration({ world, prng, attempt: there, other: node })
  const past = new Past({ world, prng, configuration, attempt: there, other: node })
  const changes = [
    () => configuration.edit(),
    () => configuration.edit(),
    () => configuration.disable(),
    () => configuration.enableSome(0.3),
    () => configuration.rotate(),
    () => configuration.changeSubscription(),
  ]
  const requests = [
    () => past.eraseCall(),
    () => past.replay(),
    () => past.cancelReplay(),
    () => configuration.retryDelivery(),
  ]
  return {
    change: () => prng.pick(changes)(),
    ask: () => prng.pick(requests)(),
    unheard() {
      node.loseListener()
      past.eraseCall()
      prng.pick(changes)()
    },
  }
}
