// Owns what the handlers work with: what the API was given, and the two things it keeps in memory itself.
import type { ApiDependencies } from './api-dependencies.ts'
import type { ApiKeyCache } from './auth/api-key-cache.ts'
import type { EventCatalogue } from './publish/event-catalogue.ts'

export interface Api extends ApiDependencies {
  readonly catalogue: EventCatalogue
  readonly keys: ApiKeyCache
}
