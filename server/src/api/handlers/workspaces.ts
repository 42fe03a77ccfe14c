// Owns what happens at /v1/workspaces, with the admin key.
import { Refusal } from '@timbre/contract/errors.ts'
import type { Api } from '../api.ts'
import { pageRequest, presentPage } from '../present/present-page.ts'
import { presentWorkspace } from '../present/present-workspace.ts'
import { knownId } from '../validation/known-id.ts'
import type { Call, Handlers } from './call.ts'
import { changeContext } from './change-context.ts'

type WorkspaceRoutes = 'createWorkspace' | 'listWorkspaces' | 'getWorkspace' | 'updateWorkspace'

export function workspaceHandlers(api: Api): Pick<Handlers, WorkspaceRoutes> {
  return {
    createWorkspace: (call) => createWorkspace(api, call),
    async listWorkspaces({ query }) {
      const request = pageRequest(query)
      return presentPage(request, await api.storage.listWorkspaces(request), presentWorkspace)
    },
    getWorkspace: ({ params }) => findWorkspace(api, params.workspaceId),
    async updateWorkspace(call) {
      const changedFields = Object.keys(call.body)
      if (changedFields.length === 0) return findWorkspace(api, call.params.workspaceId)
      const id = knownId('workspace', call.params.workspaceId)
      const now = api.clock.now()
      const change = {
        now,
        action: 'workspace.updated',
        targetId: id,
        workspaceId: id,
        changedFields,
      } as const
      return presentWorkspace(await api.storage.updateWorkspace(id, call.body, changeContext(api, call, change)))
    },
  }
}

async function createWorkspace(api: Api, call: Call<'createWorkspace'>) {
  const now = api.clock.now()
  const id = api.random.uuid(now)
  const row = { id, name: call.body.name, retentionDays: call.body.retentionDays ?? null, createdAt: now }
  const response = presentWorkspace(row)
  const change = {
    now,
    action: 'workspace.created',
    targetId: id,
    workspaceId: id,
    changedFields: Object.keys(call.body),
    response,
  } as const
  await api.storage.createWorkspace(row, changeContext(api, call, change))
  return response
}

async function findWorkspace({ storage }: Api, workspaceId: string) {
  const id = knownId('workspace', workspaceId)
  const row = await storage.findWorkspace(id)
  if (row === undefined) throw new Refusal('WORKSPACE_NOT_FOUND', { id })
  return presentWorkspace(row)
}
