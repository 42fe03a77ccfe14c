// Owns the rows of the table of routes under "Instance".

import Type from 'typebox'
import { AuditEntry } from '../audit-entry.ts'
import { BusyWorkspaces, Instance, InstanceBacklog, InstanceStatistics } from '../instance.ts'
import { HistoryOf, HistoryQuery, PageOf, PageQuery } from '../page.ts'
import { Closed, IdInput } from '../schema.ts'
import { Workspace, WorkspaceCreate, WorkspaceUpdate } from '../workspace.ts'
import type { Route } from './route.ts'
import { StatisticsQuery } from './statistics-routes.ts'

const WorkspaceParams = Closed({ workspaceId: IdInput('workspace') })

export const INSTANCE_ROUTES = {
  createWorkspace: {
    method: 'POST',
    path: '/v1/workspaces',
    tag: 'Instance',
    summary: 'Create a workspace',
    scope: 'admin',
    capability: null,
    body: WorkspaceCreate,
    status: 201,
    response: Workspace,
  },
  listWorkspaces: {
    method: 'GET',
    path: '/v1/workspaces',
    tag: 'Instance',
    summary: 'List workspaces',
    scope: 'admin',
    capability: null,
    query: Closed({ ...PageQuery }),
    status: 200,
    response: PageOf(Workspace),
  },
  getWorkspace: {
    method: 'GET',
    path: '/v1/workspaces/:workspaceId',
    tag: 'Instance',
    summary: 'Get a workspace',
    scope: 'admin',
    capability: null,
    params: WorkspaceParams,
    status: 200,
    response: Workspace,
  },
  updateWorkspace: {
    method: 'PATCH',
    path: '/v1/workspaces/:workspaceId',
    tag: 'Instance',
    summary: 'Change a workspace',
    scope: 'admin',
    capability: null,
    params: WorkspaceParams,
    body: WorkspaceUpdate,
    status: 200,
    response: Workspace,
  },
  listAuditEntries: {
    method: 'GET',
    path: '/v1/audit-log',
    tag: 'Instance',
    summary: 'List management changes, newest first',
    scope: 'admin',
    capability: null,
    query: Closed({ workspaceId: Type.Optional(IdInput('workspace')), ...HistoryQuery }),
    status: 200,
    response: HistoryOf(AuditEntry),
  },
  getInstance: {
    method: 'GET',
    path: '/v1/instance',
    tag: 'Instance',
    summary: 'Get the nodes, the storage and the settings of the installation',
    scope: 'admin',
    capability: null,
    status: 200,
    response: Instance,
  },
  getInstanceStatistics: {
    method: 'GET',
    path: '/v1/instance/stats',
    tag: 'Instance',
    summary: 'Get the statistics of all workspaces together',
    scope: 'admin',
    capability: null,
    query: StatisticsQuery,
    status: 200,
    response: InstanceStatistics,
  },
  getInstanceBacklog: {
    method: 'GET',
    path: '/v1/instance/backlog',
    tag: 'Instance',
    summary: 'Get what waits, in all and for each of the webhooks with most',
    scope: 'admin',
    capability: null,
    status: 200,
    response: InstanceBacklog,
  },
  listBusyWorkspaces: {
    method: 'GET',
    path: '/v1/instance/busy-workspaces',
    tag: 'Instance',
    summary: 'List the workspaces with most deliveries of late',
    scope: 'admin',
    capability: null,
    status: 200,
    response: BusyWorkspaces,
  },
} as const satisfies Readonly<Record<string, Route>>
