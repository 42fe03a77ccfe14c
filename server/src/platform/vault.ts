// Owns encryption at rest: signing secrets, custom headers and stored responses (DESIGN §3).

/** What a sealed text is for. A text of one purpose does not open for another. */
export type SealedPurpose =
  | 'webhook.secret'
  | 'webhook.previous_secret'
  | 'webhook.headers'
  | 'idempotency.answer'
  | 'source.secrets'
  | 'key.check'

/** Where a sealed text lies. In any other place it does not open. */
export interface SealedPlace {
  readonly purpose: SealedPurpose
  /** Empty: it belongs to the whole instance. */
  readonly workspaceId: string
  readonly rowId: string
}

export interface Vault {
  /** Encrypts a text so that it can be stored in a place. Two calls with the same text give different results. */
  seal(text: string, place: SealedPlace): string
  /** The text that was sealed. Throws when the key or the place is another, or the sealed text was changed. */
  open(sealed: string, place: SealedPlace): string
}

/** The place of what is sealed in the row of a webhook. */
export function webhookPlace(
  part: 'secret' | 'previous_secret' | 'headers',
  { workspaceId, id }: { readonly workspaceId: string; readonly id: string },
): SealedPlace {
  return { purpose: `webhook.${part}`, workspaceId, rowId: id }
}

/** The place of what is sealed in the row of a source. */
export function sourcePlace({ workspaceId, id }: { readonly workspaceId: string; readonly id: string }): SealedPlace {
  return { purpose: 'source.secrets', workspaceId, rowId: id }
}

/** The place of a stored response: the key of its row, and the request that it answers. */
export function responsePlace(row: {
  readonly workspaceId: string
  readonly rowKey: string
  readonly requestHash: string
}): SealedPlace {
  // The hash is hexadecimal: no other pair of the two has the same text.
  return {
    purpose: 'idempotency.answer',
    workspaceId: row.workspaceId,
    rowId: `${row.requestHash} ${row.rowKey}`,
  }
}
