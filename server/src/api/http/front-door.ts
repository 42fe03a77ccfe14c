// Owns what stands before every request, built once for a server: connections, addresses, memory for bodies, limits, keys.
// Must never know a route: what is special to one stands in its handler.
import type { Logger } from 'pino'
import type { Clock } from '../../platform/clock.ts'
import type { Authenticator } from '../auth/authenticate.ts'
import { Doorkeeper } from '../auth/doorkeeper.ts'
import type { SessionCookie } from '../auth/session-cookie.ts'
import type { Sessions } from '../auth/sessions.ts'
import { RateLimits, type RequestsPerSecond } from '../limits/rate-limits.ts'
import { Strangers } from '../limits/strangers.ts'
import type { ApiMetrics } from '../metrics/api-metrics.ts'
import { BodyCapacity } from './body-capacity.ts'
import { Bodies } from './body-reader.ts'
import { type ClientAddresses, clientAddresses } from './client-address.ts'
import { type ConnectionLimits, Connections } from './connections.ts'

export interface FrontDoorOptions extends ConnectionLimits {
  /** CIDRs. */
  readonly trustedProxies: readonly string[]
  readonly requestsPerSecond: RequestsPerSecond
  readonly failedCredentialsPerMinute: number
}

export interface FrontDoorDependencies {
  readonly clock: Clock
  readonly log: Logger
  readonly metrics: ApiMetrics
  readonly authenticator: Authenticator
  readonly sessions: Sessions
  readonly cookie: SessionCookie
  readonly publicUrl: string | null
}

export class FrontDoor {
  readonly addresses: ClientAddresses
  readonly connections: Connections
  readonly doorkeeper: Doorkeeper
  readonly strangers: Strangers
  readonly limits: RateLimits
  readonly bodies: Bodies
  readonly #capacity: BodyCapacity

  constructor(dependencies: FrontDoorDependencies, options: FrontDoorOptions) {
    const { clock, metrics } = dependencies
    this.addresses = clientAddresses(options.trustedProxies)
    const onCut = (reason: Parameters<ApiMetrics['connectionCut']>[0]) => metrics.connectionCut(reason)
    this.connections = new Connections({ clock, addresses: this.addresses, onCut }, options)
    this.strangers = new Strangers(dependencies, options.failedCredentialsPerMinute)
    this.#capacity = new BodyCapacity({ clock, onShort: () => metrics.refused('memory') })
    this.bodies = new Bodies(this.#capacity, this.addresses)
    this.limits = new RateLimits(clock, options.requestsPerSecond)
    this.doorkeeper = new Doorkeeper({
      ...dependencies,
      addresses: this.addresses,
      connections: this.connections,
      strangers: this.strangers,
      limits: this.limits,
    })
    metrics.watchApi({ bodyBytes: () => this.#capacity.bytes, connections: () => this.connections.count })
  }

  /** When the server is closed. */
  stop(): void {
    this.connections.stop()
    this.#capacity.stop()
  }
}
