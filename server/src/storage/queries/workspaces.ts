// Owns the rows of workspaces.
import { Refusal } from '@timbre/contract/errors.ts'
import type { RecordStorage } from '../storage.ts'
import { change } from './change.ts'
import { pageOf } from './lists.ts'
import type { Change, Database } from './tables.ts'

type WorkspaceRecords = Pick<
  RecordStorage,
  'createWorkspace' | 'listWorkspaces' | 'hasWorkspaces' | 'findWorkspace' | 'updateWorkspace'
>

export function workspaceRecords(db: Database): WorkspaceRecords {
  return {
    createWorkspace: (row, context) =>
      change(db, context, async (tx) => {
        await tx.insertInto('workspaces').values(row).execute()
      }),

    listWorkspaces: (request) => pageOf(db.selectFrom('workspaces'), request, (row) => row),

    hasWorkspaces: async () => (await db.selectFrom('workspaces').select('id').limit(1).execute()).length > 0,

    findWorkspace: (id) => db.selectFrom('workspaces').selectAll().where('id', '=', id).executeTakeFirst(),

    updateWorkspace: (id, changes, context) =>
      change(db, context, async (tx) => {
        const row = await tx
          .updateTable('workspaces')
          .set(changes)
          .where('id', '=', id)
          .returningAll()
          .executeTakeFirst()
        if (row === undefined) throw new Refusal('WORKSPACE_NOT_FOUND', { id })
        return row
      }),
  }
}

/**
 * Keeps others from adding to the workspace until the transaction ends, so that two requests at once cannot both see
 * one free place below a limit. An UPDATE that changes nothing takes the lock in every backend.
 * @throws Refusal WORKSPACE_NOT_FOUND
 */
export async function lockWorkspace(tx: Change, id: string): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable('workspaces')
    .set(({ ref }) => ({ name: ref('name') }))
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  if (numUpdatedRows === 0n) throw new Refusal('WORKSPACE_NOT_FOUND', { id })
}
