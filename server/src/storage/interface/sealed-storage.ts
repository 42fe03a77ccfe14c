// Owns the storage of whatever is sealed, as rows to be sealed again, and of which master keys it may be sealed with.

import type { WebhookRow } from './rows.ts'

/** A webhook as far as it is sealed; a deleted one has nothing sealed. */
export type SealedWebhook = Pick<
  WebhookRow,
  'workspaceId' | 'id' | 'sealedSecret' | 'sealedHeaders' | 'previousSecrets'
>

/** A stored response of a management request. */
export interface SealedResponse {
  readonly workspaceId: string
  readonly rowKey: string
  readonly requestHash: string
  readonly sealedBody: string
}

/** A text sealed with the key: who can open it has the key. */
export interface KeyCheck {
  readonly keyId: string
  readonly sealed: string
}

/** The row as it was read, and as it is to be. */
export interface Resealed<Row> {
  readonly before: Row
  readonly after: Row
}

export interface SealedStorage {
  countSealed(): Promise<{ readonly webhooks: number; readonly responses: number; readonly sources: number }>
  /** Whether a sealed text begins so, anywhere. */
  hasSealed(prefix: string): Promise<boolean>
  /** In order, after that row; null: from the first. */
  listSealedWebhooks(after: Pick<SealedWebhook, 'workspaceId' | 'id'> | null, limit: number): Promise<SealedWebhook[]>
  listSealedResponses(
    after: Pick<SealedResponse, 'workspaceId' | 'rowKey'> | null,
    limit: number,
  ): Promise<SealedResponse[]>
  /** In one transaction. A row that is not as it was read stays as it is. The version stays. Returns how many were replaced. */
  replaceSealedWebhooks(rows: readonly Resealed<SealedWebhook>[]): Promise<number>
  /** As replaceSealedWebhooks. */
  replaceSealedResponses(rows: readonly Resealed<SealedResponse>[]): Promise<number>

  /** One for each key that anything may be sealed with. */
  listKeyChecks(): Promise<KeyCheck[]>
  /** In the place of the one of the same key, if there is one. */
  saveKeyCheck(check: KeyCheck): Promise<void>
  removeKeyChecks(keyIds: readonly string[]): Promise<void>
}
