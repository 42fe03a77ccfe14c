// Owns how an API key is shown. The key itself is known only while it is being made.
import type { ApiKey } from '@timbre/contract/api-key.ts'
import type { ApiKeyRow } from '../../storage/storage.ts'
import { isoTime, isoTimeOrNull } from './iso-time.ts'

export function presentApiKey(row: ApiKeyRow): ApiKey {
  return {
    id: row.id,
    name: row.name,
    scopes: [...row.scopes],
    environment: row.environment,
    keyPreview: row.preview,
    lastUsedAt: isoTimeOrNull(row.lastUsedAt),
    revokedAt: isoTimeOrNull(row.revokedAt),
    createdAt: isoTime(row.createdAt),
  }
}
