// Owns what is sealed, in memory, for tests of what is done with it. Must never be imported by anything but tests.
import { createCipheriv, randomBytes } from 'node:crypto'
import { keyIdOf } from '../../platform/aes-vault.ts'
import type { KeyCheck, SealedResponse, SealedSource, SealedWebhook } from '../../storage/storage.ts'
import type { SealedRows } from '../sealed-walk.ts'

export interface TestSealedStorage extends SealedRows {
  readonly webhooks: SealedWebhook[]
  readonly responses: SealedResponse[]
  readonly sources: SealedSource[]
  readonly checks: Map<string, KeyCheck>
  /** Called before each batch of webhooks is written: a server that changes a row meanwhile, or a process that is killed. */
  beforeWrite: (batch: number) => void
}

export function sealedStorage(): TestSealedStorage {
  const webhooks: SealedWebhook[] = []
  const responses: SealedResponse[] = []
  const sources: SealedSource[] = []
  const checks = new Map<string, KeyCheck>()
  let batches = 0
  const texts = () => [
    ...webhooks.flatMap((row) => [
      row.sealedSecret,
      row.sealedHeaders,
      ...row.previousSecrets.map(({ sealed }) => sealed),
    ]),
    ...responses.map(({ sealedBody }) => sealedBody),
    ...sources.map(({ sealed }) => sealed),
  ]
  const storage: TestSealedStorage = {
    webhooks,
    responses,
    sources,
    checks,
    beforeWrite: () => {},
    countSealed: async () => ({
      webhooks: webhooks.length,
      responses: responses.length,
      sources: sources.length,
    }),
    hasSealed: async (prefix) => texts().some((text) => text.startsWith(prefix)),
    listSealedWebhooks: async (after, limit) => webhooks.filter(({ id }) => id > (after?.id ?? '')).slice(0, limit),
    listSealedResponses: async (after, limit) =>
      responses.filter(({ rowKey }) => rowKey > (after?.rowKey ?? '')).slice(0, limit),
    listSealedSources: async (after, limit) => sources.filter(({ id }) => id > (after?.id ?? '')).slice(0, limit),
    replaceSealedSources: async (rows) =>
      rows.filter(({ before, after }) => replace(sources, before, after, ({ id }) => id)).length,
    async replaceSealedWebhooks(rows) {
      storage.beforeWrite(++batches)
      return rows.filter(({ before, after }) => replace(webhooks, before, after, ({ id }) => id)).length
    },
    replaceSealedResponses: async (rows) =>
      rows.filter(({ before, after }) => replace(responses, before, after, ({ rowKey }) => rowKey)).length,
    listKeyChecks: async () => [...checks.values()],
    saveKeyCheck: async (check) => void checks.set(check.keyId, check),
    async removeKeyChecks(keyIds) {
      for (const keyId of keyIds) checks.delete(keyId)
    },
  }
  return storage
}

/** As the versions before sealed: bound to its key alone. */
export function sealUnbound(text: string, key: Uint8Array): string {
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  cipher.setAAD(Buffer.from(`v1.${keyIdOf(key)}`))
  const sealed = Buffer.concat([iv, cipher.update(text), cipher.final(), cipher.getAuthTag()])
  return `v1.${keyIdOf(key)}.${sealed.toString('base64url')}`
}

function replace<Row>(rows: Row[], before: Row, after: Row, keyOf: (row: Row) => string): boolean {
  const index = rows.findIndex((row) => keyOf(row) === keyOf(before) && JSON.stringify(row) === JSON.stringify(before))
  if (index < 0) return false
  rows[index] = after
  return true
}
