import { expect, test } from 'vitest'
import { heldScopes } from './held-scopes.ts'

test('a key gives at most what it has, an operator everything, a portal nothing', () => {
  expect(heldScopes({ kind: 'key', scopes: ['webhooks:read', 'events:write'], capabilities: null })).toEqual([
    'events:write',
    'webhooks:read',
  ])
  expect(heldScopes({ kind: 'operator', scopes: ['admin'], capabilities: null }).length).toBe(11)
  expect(heldScopes({ kind: 'portal', scopes: null, capabilities: ['view'] })).toEqual([])
})
