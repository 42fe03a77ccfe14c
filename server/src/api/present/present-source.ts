// Owns how a source is shown. Its secrets never are.
import type { RefusedRequest, Source } from '@timbre/contract/source.ts'
import { readSetup } from '../../sources/source-setup.ts'
import type { RefusedRequestRow, SourceRow } from '../../storage/storage.ts'
import type { Language } from '../http/language.ts'
import { reasonSentence } from '../validation/reasons.ts'
import { isoTime, isoTimeOrNull } from './iso-time.ts'

export function presentSource(row: SourceRow, lastSignalAt: number | undefined, now: number): Source {
  const { publicUrl, agentMap, verification, fields } = readSetup(row.setup)
  const { previousSecretExpiresAt: until } = row
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    url: `${publicUrl?.replace(/\/$/, '') ?? ''}/sources/${row.token}`,
    publicUrl,
    secretPreview: row.secretPreview,
    previousSecretExpiresAt: isoTimeOrNull(until !== null && until > now ? until : null),
    hasApiKey: row.hasApiKey,
    agentMap: { ...agentMap },
    verification,
    fields,
    lastSignalAt: isoTimeOrNull(lastSignalAt ?? null),
    createdAt: isoTime(row.createdAt),
    updatedAt: isoTime(row.updatedAt),
  }
}

export function presentRefusedRequest(row: RefusedRequestRow, language: Language): RefusedRequest {
  return {
    receivedAt: isoTime(row.receivedAt),
    cause: row.cause,
    message: reasonSentence(row.cause, language),
    detail: row.detail,
    remoteAddress: row.remoteAddress,
    headers: JSON.parse(row.headers) as Record<string, string>, // written by source-door.ts as an object of texts
    body: row.body,
    unkept: row.unkept,
  }
}
