// Owns going over everything that is sealed, one bounded batch after another, and writing back what was sealed again.
// Must never lose a text: what does not open stays as it is, and is named.
import { responsePlace, type SealedPlace, sourcePlace, webhookPlace } from '../platform/vault.ts'
import type {
  Resealed,
  SealedResponse,
  SealedSource,
  SealedStorage,
  SealedWebhook,
  SourceStorage,
} from '../storage/storage.ts'

/** Returns the text as it is to be: the same one to leave it. Throws when it does not open. */
export type VisitText = (sealed: string, place: SealedPlace) => string

export interface WalkReport {
  readonly webhooks: number
  readonly sources: number
  readonly responses: number
  readonly texts: number
  /** Rows that were written. */
  readonly replaced: number
  /** Rows that a server changed between reading and writing: they stayed as the server left them. */
  readonly skipped: number
  /** Rows with a text that did not open, as `webhook <id>`, with the error of each. */
  readonly failed: readonly { readonly row: string; readonly error: unknown }[]
}

export interface WalkProgress {
  readonly rowsDone: number
  readonly rowsTotal: number
}

export type SealedRows = SealedStorage & Pick<SourceStorage, 'listSealedSources' | 'replaceSealedSources'>

/** A transaction of as many rows keeps a server that runs beside it waiting for a few milliseconds. */
const BATCH_ROWS = 100

export async function walkSealed(
  storage: SealedRows,
  visit: VisitText,
  onProgress: (progress: WalkProgress) => void = () => {},
): Promise<WalkReport> {
  const total = await storage.countSealed()
  const walk = new Walk(visit, (rowsDone) =>
    onProgress({ rowsDone, rowsTotal: total.webhooks + total.sources + total.responses }),
  )
  for (let after: SealedWebhook | null = null; ; ) {
    const rows = await storage.listSealedWebhooks(after, BATCH_ROWS)
    const changed = rows.flatMap((row) => walk.row(row, `webhook ${row.id}`, visitWebhook))
    await walk.write(rows.length, changed, () => storage.replaceSealedWebhooks(changed))
    walk.webhooks += rows.length
    after = rows.at(-1) ?? null
    if (rows.length < BATCH_ROWS) break
  }
  for (let after: SealedSource | null = null; ; ) {
    const rows = await storage.listSealedSources(after, BATCH_ROWS)
    const changed = rows.flatMap((row) => walk.row(row, `source ${row.id}`, visitSource))
    await walk.write(rows.length, changed, () => storage.replaceSealedSources(changed))
    walk.sources += rows.length
    after = rows.at(-1) ?? null
    if (rows.length < BATCH_ROWS) break
  }
  for (let after: SealedResponse | null = null; ; ) {
    const rows = await storage.listSealedResponses(after, BATCH_ROWS)
    const changed = rows.flatMap((row) =>
      walk.row(row, `stored response of workspace ${row.workspaceId}`, visitResponse),
    )
    await walk.write(rows.length, changed, () => storage.replaceSealedResponses(changed))
    walk.responses += rows.length
    after = rows.at(-1) ?? null
    if (rows.length < BATCH_ROWS) break
  }
  return walk
}

function visitWebhook(row: SealedWebhook, visit: VisitText): SealedWebhook {
  return {
    ...row,
    sealedSecret: visit(row.sealedSecret, webhookPlace('secret', row)),
    sealedHeaders: visit(row.sealedHeaders, webhookPlace('headers', row)),
    previousSecrets: row.previousSecrets.map(({ sealed, expiresAt }) => ({
      sealed: visit(sealed, webhookPlace('previous_secret', row)),
      expiresAt,
    })),
  }
}

function visitSource(row: SealedSource, visit: VisitText): SealedSource {
  return { ...row, sealed: visit(row.sealed, sourcePlace(row)) }
}

function visitResponse(row: SealedResponse, visit: VisitText): SealedResponse {
  return { ...row, sealedBody: visit(row.sealedBody, responsePlace(row)) }
}

class Walk implements WalkReport {
  webhooks = 0
  sources = 0
  responses = 0
  texts = 0
  replaced = 0
  skipped = 0
  readonly failed: { readonly row: string; readonly error: unknown }[] = []
  readonly #visit: VisitText
  readonly #onRows: (done: number) => void
  #rows = 0

  constructor(visit: VisitText, onRows: (done: number) => void) {
    this.#visit = visit
    this.#onRows = onRows
  }

  /** The row with what is to be written, if anything is. Of a row with a text that does not open the others are still visited. */
  row<Row>(before: Row, name: string, visitRow: (row: Row, visit: VisitText) => Row): Resealed<Row>[] {
    let isChanged = false
    let error: unknown
    const after = visitRow(before, (sealed, place) => {
      this.texts++
      try {
        const text = this.#visit(sealed, place)
        isChanged ||= text !== sealed
        return text
      } catch (caught) {
        error ??= caught
        return sealed
      }
    })
    if (error !== undefined) this.failed.push({ row: name, error })
    return isChanged ? [{ before, after }] : []
  }

  async write(rows: number, changed: readonly unknown[], write: () => Promise<number>): Promise<void> {
    if (changed.length > 0) {
      const replaced = await write()
      this.replaced += replaced
      this.skipped += changed.length - replaced
    }
    this.#rows += rows
    this.#onRows(this.#rows)
  }
}
