// Owns what the handlers work with: what the API was given, and what it builds of its own.
import type { SourceBook } from '../sources/source-book.ts'
import type { ApiDependencies } from './api-dependencies.ts'
import type { ApiKeyCache } from './auth/api-key-cache.ts'
import type { Doorkeeper } from './auth/doorkeeper.ts'
import type { SessionCookie } from './auth/session-cookie.ts'
import type { Sessions } from './auth/sessions.ts'
import type { EventCatalogue } from './publish/event-catalogue.ts'
import type { ReceivedStreams } from './test-receiver/received-streams.ts'
import type { TestReceivers } from './test-receiver/test-receivers.ts'

export interface Api extends ApiDependencies {
  readonly catalogue: EventCatalogue
  readonly keys: ApiKeyCache
  readonly sessions: Sessions
  readonly cookie: SessionCookie
  readonly doorkeeper: Doorkeeper
  readonly testReceivers: TestReceivers
  readonly receivedStreams: ReceivedStreams
  readonly sourceBook: SourceBook
}
