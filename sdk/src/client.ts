// Owns the client: its resources, and the switching of workspace and key.
import { ApiKeys } from './api-keys.ts'
import { AuditLog } from './audit-log.ts'
import { Calls } from './calls.ts'
import { type ClientOptions, clientSettings } from './client-options.ts'
import { Deliveries } from './deliveries.ts'
import { EventTypes } from './event-types.ts'
import { Events } from './events.ts'
import { Http } from './http.ts'
import { Installation } from './installation.ts'
import { PortalSessions } from './portal-sessions.ts'
import { BrowserSession } from './session.ts'
import { Sources } from './sources.ts'
import { Stats } from './stats.ts'
import { TestReceivers } from './test-receivers.ts'
import { Webhooks } from './webhooks.ts'
import { Workspaces } from './workspaces.ts'

/**
 * A client for one workspace (or, with the admin key, for the instance). Throws a `TypeError` when an option is wrong.
 * Neither the client nor its errors ever show the API key.
 */
export function createClient(options: ClientOptions): Client {
  return new Client(new Http(clientSettings(options)))
}

export class Client {
  readonly webhooks: Webhooks
  readonly events: Events
  readonly eventTypes: EventTypes
  readonly calls: Calls
  readonly deliveries: Deliveries
  readonly stats: Stats
  readonly apiKeys: ApiKeys
  readonly portalSessions: PortalSessions
  readonly testReceivers: TestReceivers
  /** For browsers: signing in and out, without a key in the page. */
  readonly session: BrowserSession
  /** Providers of calls that post their own signed requests. */
  readonly sources: Sources
  /** At instance level; needs the admin key. */
  readonly workspaces: Workspaces
  /** At instance level; needs the admin key. */
  readonly auditLog: AuditLog
  /** At instance level; needs the admin key. */
  readonly instance: Installation
  /** `workspace.set(id)`: the workspace of all calls from now on. */
  readonly workspace: { readonly set: (workspaceId: string) => void }
  /** `auth.setApiKey(key)`: the key of all calls from now on. */
  readonly auth: { readonly setApiKey: (apiKey: string) => void }

  constructor(http: Http) {
    this.webhooks = new Webhooks(http)
    this.events = new Events(http)
    this.eventTypes = new EventTypes(http)
    this.calls = new Calls(http)
    this.deliveries = new Deliveries(http)
    this.stats = new Stats(http)
    this.apiKeys = new ApiKeys(http)
    this.portalSessions = new PortalSessions(http)
    this.testReceivers = new TestReceivers(http)
    this.session = new BrowserSession(http)
    this.sources = new Sources(http)
    this.workspaces = new Workspaces(http)
    this.auditLog = new AuditLog(http)
    this.instance = new Installation(http)
    this.workspace = { set: (workspaceId) => http.setWorkspace(workspaceId) }
    this.auth = { setApiKey: (apiKey) => http.setApiKey(apiKey) }
  }
}
