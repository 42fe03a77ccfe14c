import type { Session } from '@getsupervisor/agents-studio-sdk'
import { expect, test } from 'vitest'
import { hasScope, isAllowed } from './is-allowed.ts'

const session = (change: Partial<Session>) => ({ kind: 'key', scopes: null, capabilities: null, ...change }) as Session

test('an operator may do everything, a key what its scopes say, a portal what its capabilities say', () => {
  expect(isAllowed(session({ kind: 'operator', scopes: ['admin'] }), 'secrets')).toBe(true)
  const key = session({ scopes: ['webhooks:read', 'events:write'] })
  expect([isAllowed(key, 'view'), isAllowed(key, 'retry'), isAllowed(key, 'publish')]).toEqual([true, false, true])
  const portal = session({ kind: 'portal', capabilities: ['view', 'retry'] })
  expect([isAllowed(portal, 'retry'), isAllowed(portal, 'manage'), isAllowed(portal, 'secrets')]).toEqual([
    true,
    false,
    false,
  ])
})

test('what is closed to portals is open to whoever has its scope', () => {
  expect(hasScope(session({ kind: 'operator', scopes: ['admin'] }), 'sources:write')).toBe(true)
  expect(hasScope(session({ scopes: ['sources:read'] }), 'sources:read')).toBe(true)
  expect(hasScope(session({ scopes: ['sources:read'] }), 'sources:write')).toBe(false)
  expect(hasScope(session({ kind: 'portal', capabilities: ['view', 'manage'] }), 'sources:read')).toBe(false)
})
