// Owns client.instance: how an installation as a whole fares. Needs the admin key.
import type { Http } from './http.ts'
import type { RequestOptions } from './request-options.ts'
import type {
  BusyWorkspaces,
  Instance,
  InstanceBacklog,
  InstanceStatistics,
  StatisticsQuery,
} from './resources.generated.ts'

export class Installation {
  readonly #http: Http

  constructor(http: Http) {
    this.#http = http
  }

  /** Its nodes, its storage and its settings; of secrets only where they came from. */
  get(options?: RequestOptions): Promise<Instance> {
    return this.#http.request({ method: 'GET', path: '/instance' }, options)
  }

  /** Of all workspaces together, and why attempts failed; by hours of the last day, unless the query says otherwise. */
  stats(query: StatisticsQuery = {}, options?: RequestOptions): Promise<InstanceStatistics> {
    return this.#http.request({ method: 'GET', path: '/instance/stats', query }, options)
  }

  /** What waits, in all and for each of the webhooks with most. */
  backlog(options?: RequestOptions): Promise<InstanceBacklog> {
    return this.#http.request({ method: 'GET', path: '/instance/backlog' }, options)
  }

  /** Those with most deliveries that ended since the hour before this one began. */
  busyWorkspaces(options?: RequestOptions): Promise<BusyWorkspaces> {
    return this.#http.request({ method: 'GET', path: '/instance/busy-workspaces' }, options)
  }
}
