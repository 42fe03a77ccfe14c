// Owns how a session of a browser is shown, to that browser alone, and a portal session in lists, without its secrets.
import { WORKSPACE_SCOPES } from '@timbre/contract/api-key.ts'
import { PORTAL_LINK_SECONDS, type PortalSession } from '@timbre/contract/portal-session.ts'
import type { Session } from '@timbre/contract/session.ts'
import type { SessionRow } from '../../storage/storage.ts'
import { csrfTokenOf } from '../auth/session-token.ts'
import type { BegunSession } from '../auth/sessions.ts'
import { isoTime, isoTimeOrNull } from './iso-time.ts'

/** What a session says of itself. */
export function presentSession({ token, row }: BegunSession): Session {
  const { kind, workspaceId, capabilities, keyScopes, locale, theme, expiresAt } = row
  const scopes = { operator: [...WORKSPACE_SCOPES, 'admin' as const], key: [...(keyScopes ?? [])], portal: null }
  return {
    kind,
    workspaceId: kind === 'operator' ? null : workspaceId,
    scopes: scopes[kind],
    capabilities: kind === 'portal' ? [...(capabilities ?? [])] : null,
    csrfToken: csrfTokenOf(token),
    expiresAt: isoTime(expiresAt),
    locale,
    theme,
  }
}

/** A link that was not followed in time is not shown any more. */
export function presentPortalSession(row: SessionRow): PortalSession {
  return {
    id: row.id,
    capabilities: [...(row.capabilities ?? [])],
    locale: row.locale,
    theme: row.theme,
    createdBy: row.createdBy,
    createdAt: isoTime(row.createdAt),
    linkExpiresAt: isoTime(linkExpiresAt(row)),
    usedAt: isoTimeOrNull(row.usedAt),
    lastSeenAt: isoTimeOrNull(row.lastSeenAt),
    expiresAt: isoTime(row.expiresAt),
  }
}

/** Milliseconds. */
export function linkExpiresAt({ createdAt, expiresAt }: Pick<SessionRow, 'createdAt' | 'expiresAt'>): number {
  return Math.min(createdAt + PORTAL_LINK_SECONDS * 1000, expiresAt)
}
