// Owns what is secret of a source, as the one text that is sealed in its row.
// Must never be shown: it is opened to verify a request, or to ask the provider.
import { sourcePlace, type Vault } from '../platform/vault.ts'
import type { SourceRow } from '../storage/storage.ts'

export interface SourceSecrets {
  readonly secret: string
  /** Those that were replaced, the newest first, with the time until which they are still taken. */
  readonly previous: readonly { readonly secret: string; readonly expiresAt: number }[]
  /** Of the provider's API; null: none was given. */
  readonly apiKey: string | null
}

/** A rotation each day with the longest overlap leaves no more. */
const PREVIOUS_MAX = 8

type Key = Pick<SourceRow, 'workspaceId' | 'id'>

export function sealSecrets(vault: Vault, row: Key, secrets: SourceSecrets): string {
  return vault.seal(JSON.stringify(secrets), sourcePlace(row))
}

export function openSecrets(vault: Vault, row: Key & Pick<SourceRow, 'sealed'>): SourceSecrets {
  return JSON.parse(vault.open(row.sealed, sourcePlace(row))) as SourceSecrets // written by sealSecrets
}

/** Those that a request may be signed with now, the newest first. */
export function secretsAt({ secret, previous }: SourceSecrets, now: number): readonly string[] {
  return [secret, ...previous.filter(({ expiresAt }) => expiresAt > now).map((one) => one.secret)]
}

/** With a new secret; the one before is taken until the given time. */
export function rotated(secrets: SourceSecrets, secret: string, until: number, now: number): SourceSecrets {
  if (secret === secrets.secret) return secrets
  const previous = [{ secret: secrets.secret, expiresAt: until }, ...secrets.previous]
  return { ...secrets, secret, previous: previous.filter(({ expiresAt }) => expiresAt > now).slice(0, PREVIOUS_MAX) }
}

/** Without those whose time has ended: they are not kept for longer than they are taken. */
export function withoutEnded(secrets: SourceSecrets, now: number): SourceSecrets {
  const previous = secrets.previous.filter(({ expiresAt }) => expiresAt > now)
  return previous.length === secrets.previous.length ? secrets : { ...secrets, previous }
}

/** Until when the last of the replaced ones is taken; null: none is. */
export function previousUntil({ previous }: SourceSecrets, now: number): number | null {
  const ends = previous.map(({ expiresAt }) => expiresAt).filter((end) => end > now)
  return ends.length === 0 ? null : Math.max(...ends)
}
