// Owns what happens at /v1/event-types: the catalogue, of which the built-in part cannot be changed.
import { BUILT_IN_EVENT_TYPES } from '@timbre/contract/catalogue.ts'
import { Refusal } from '@timbre/contract/errors.ts'
import {
  EVENT_TYPE_BYTES_PER_WORKSPACE_MAX,
  EVENT_TYPES_PER_WORKSPACE_MAX,
  type EventType,
} from '@timbre/contract/event-type.ts'
import type { SchemaHandle } from '../../schemas/schemas.ts'
import type { EventTypeRow, Page, PageRequest } from '../../storage/storage.ts'
import type { Api } from '../api.ts'
import { presentBuiltIn, presentEventType } from '../present/present-event-type.ts'
import { pageRequest, presentPage } from '../present/present-page.ts'
import { invalidInput } from '../validation/findings.ts'
import type { Call, Handlers } from './call.ts'
import { changeContext } from './change-context.ts'
import { checkEventType, exampleFindings } from './check-event-type.ts'

type EventTypeRoutes =
  | 'listEventTypes'
  | 'getEventType'
  | 'createEventType'
  | 'checkEventType'
  | 'updateEventType'
  | 'deleteEventType'

const LIMITS = { types: EVENT_TYPES_PER_WORKSPACE_MAX, bytes: EVENT_TYPE_BYTES_PER_WORKSPACE_MAX }
const BUILT_IN = new Map(BUILT_IN_EVENT_TYPES.map((type) => [type.key, type]))

export function eventTypeHandlers(api: Api): Pick<Handlers, EventTypeRoutes> {
  return {
    async listEventTypes({ caller, query }) {
      const request = pageRequest(query)
      return presentPage(request, await catalogPage(api, caller.workspaceId, request), (type) => type)
    },
    async getEventType({ caller, params }) {
      const builtIn = BUILT_IN.get(params.key)
      return builtIn === undefined
        ? presentEventType(await findOwnType(api, caller.workspaceId, params.key))
        : presentBuiltIn(builtIn)
    },
    createEventType: (call) => createEventType(api, call),
    checkEventType: (call) => checkEventType(api, call),
    updateEventType: (call) => updateEventType(api, call),
    async deleteEventType(call) {
      const { key } = call.params
      refuseBuiltIn(key)
      const change = { now: api.clock.now(), action: 'event_type.deleted', targetId: key } as const
      await api.storage.deleteEventType(call.caller.workspaceId, key, changeContext(api, call, change))
      api.catalogue.forget(call.caller.workspaceId, key)
      return undefined
    },
  }
}

/** Those that are built in come first. Of the others no more is read than what the page shows. */
async function catalogPage(
  { storage }: Api,
  workspaceId: string,
  { page, limit }: PageRequest,
): Promise<Page<EventType>> {
  const start = (page - 1) * limit
  const builtIn = BUILT_IN_EVENT_TYPES.slice(start, start + limit)
  const offset = Math.max(0, start - BUILT_IN_EVENT_TYPES.length)
  const own = await storage.listEventTypes(workspaceId, { offset, limit: limit - builtIn.length })
  return {
    rows: [...builtIn.map(presentBuiltIn), ...own.rows.map(presentEventType)],
    total: BUILT_IN_EVENT_TYPES.length + own.total,
  }
}

async function createEventType(api: Api, call: Call<'createEventType'>) {
  const { key, title = key, description = '', schema = { type: 'object' }, example = {} } = call.body
  refuseBuiltIn(key)
  const { workspaceId } = call.caller
  const usable = await api.schemas.check(workspaceId, schema)
  if (call.body.example !== undefined) await refuseExample(api, workspaceId, usable, example)
  const now = api.clock.now()
  const row: EventTypeRow = {
    workspaceId,
    key,
    title,
    description,
    schema,
    example,
    isDeprecated: false,
    createdAt: now,
    updatedAt: now,
  }
  const response = presentEventType(row)
  const changedFields = Object.keys(call.body)
  const change = { now, action: 'event_type.created', targetId: key, changedFields, response } as const
  await api.storage.createEventType(row, LIMITS, changeContext(api, call, change))
  api.catalogue.forget(workspaceId, key)
  return response
}

async function updateEventType(api: Api, call: Call<'updateEventType'>) {
  const { key } = call.params
  const { workspaceId } = call.caller
  refuseBuiltIn(key)
  const before = await findOwnType(api, workspaceId, key)
  const changedFields = Object.keys(call.body)
  if (changedFields.length === 0) return presentEventType(before)
  const { schema = before.schema, example = before.example } = call.body
  if (call.body.example !== undefined || call.body.schema !== undefined) {
    const usable = await api.schemas.check(workspaceId, schema)
    // `{}` stands for "no example was given".
    if (Object.keys(example).length > 0) await refuseExample(api, workspaceId, usable, example)
  }
  const change = { now: api.clock.now(), action: 'event_type.updated', targetId: key, changedFields } as const
  const row = await api.storage.updateEventType(workspaceId, key, call.body, LIMITS, changeContext(api, call, change))
  api.catalogue.forget(workspaceId, key)
  return presentEventType(row)
}

async function findOwnType({ storage }: Api, workspaceId: string, key: string): Promise<EventTypeRow> {
  const row = await storage.findEventType(workspaceId, key)
  if (row === undefined) throw new Refusal('EVENT_TYPE_NOT_FOUND', { key })
  return row
}

function refuseBuiltIn(key: string): void {
  if (BUILT_IN.has(key)) throw new Refusal('EVENT_TYPE_BUILT_IN', { key })
}

/** The example is what a test send delivers, so it has to be what a receiver will get. */
async function refuseExample(
  { schemas }: Api,
  workspaceId: string,
  schema: SchemaHandle,
  example: unknown,
): Promise<void> {
  const findings = await exampleFindings(schemas, workspaceId, schema, example)
  if (findings.length > 0) throw invalidInput(findings)
}
