// Owns which limit a route counts against: publishing, reading, managing and test sends are limited apart from one another.
import { MCP_PATH } from '@timbre/contract/mcp.ts'
import { ROUTES, type Route } from '@timbre/contract/routes.ts'

export type LimitClass = 'publish' | 'read' | 'manage' | 'test'

/** In the order of the settings. */
export const LIMIT_CLASSES: readonly LimitClass[] = ['publish', 'read', 'manage', 'test']

const BY_PATH: ReadonlyMap<string, LimitClass> = new Map<string, LimitClass>([
  [ROUTES.publishEvent.path, 'publish'],
  [ROUTES.publishEventBatch.path, 'publish'],
  [ROUTES.testWebhook.path, 'test'],
  [ROUTES.testSource.path, 'test'],
  // What its tools call is counted once more, as what it is.
  [MCP_PATH, 'read'],
  // A consumer reads; what it says of it must not be in the way of whoever manages webhooks.
  [ROUTES.pullDeliveries.path, 'read'],
  [ROUTES.recordPullResults.path, 'read'],
  [ROUTES.extendPullLease.path, 'read'],
])

export function limitClassOf({ method, path }: Pick<Route, 'method' | 'path'>): LimitClass {
  if (method === 'GET') return 'read'
  return BY_PATH.get(path) ?? 'manage'
}
