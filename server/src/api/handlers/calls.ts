// Owns what happens at /v1/calls: finding calls by what their events say, and looking at one with all that came of it.
// Must never stall the event loop: bodies are parsed a bounded length at a time, and a page looks at a bounded number of calls.
import { Refusal } from '@timbre/contract/errors.ts'
import { type CallFilter, type CallSummary, isAskedFor, summarizeCall } from '../../insight/call-summary.ts'
import type { CallRow, DeliveryRow, HistoryRequest } from '../../storage/storage.ts'
import type { Api } from '../api.ts'
import { HistoryList } from '../present/cursor.ts'
import { parseTimeRange } from '../present/iso-time.ts'
import { presentCall, presentCallDetail } from '../present/present-call.ts'
import { knownId } from '../validation/known-id.ts'
import type { Call, Handlers } from './call.ts'

/** Calls that one page looks at when a filter leaves some out. */
const CALLS_LOOKED_AT_MAX = 500
const CALLS_AT_ONCE = 100
/** Of bodies that are parsed in one tick. */
const TICK_LENGTH = 128 * 1024
/** Whose statuses one page counts; in a call that is shown by itself, that are shown. */
const DELIVERIES_COUNTED_MAX = 5000
const DELIVERIES_SHOWN_MAX = 200
const ATTEMPTS_OF_EACH = 10
const SIGNALS_COUNTED_MAX = 1000
const SIGNALS_SHOWN_MAX = 100

export function callHandlers(api: Api): Pick<Handlers, 'listCalls' | 'getCall'> {
  return {
    listCalls: (call) => listCalls(api, call),
    getCall: (call) => getCall(api, call),
  }
}

interface FoundCall {
  readonly row: CallRow
  readonly summary: CallSummary
}

async function listCalls(api: Api, { caller, query }: Call<'listCalls'>) {
  const list = new HistoryList(api, 'calls', caller)
  const request = list.request(query)
  const { status, state, provider, number, agentId } = query
  const filter = {
    status,
    state,
    provider,
    number,
    agentId: agentId === undefined ? undefined : knownId('agent', agentId),
  }
  const { found, next } = await findCalls(api, caller.workspaceId, parseTimeRange(query), filter, request)
  const statuses = await statusesOf(api, caller.workspaceId, found)
  return list.present(request, { rows: found, next }, ({ row, summary }) =>
    presentCall(row, summary, statuses.get(row) ?? null),
  )
}

/** A page of those that are asked for. What a call says is in its events only, so that a filter looks at one after another. */
async function findCalls(
  api: Api,
  workspaceId: string,
  range: ReturnType<typeof parseTimeRange>,
  filter: CallFilter,
  { limit, before }: HistoryRequest,
): Promise<{ readonly found: readonly FoundCall[]; readonly next: number | null }> {
  const found: FoundCall[] = []
  const isSifted = Object.values(filter).some((value) => value !== undefined)
  let next = before
  for (let lookedAt = 0; lookedAt < CALLS_LOOKED_AT_MAX; ) {
    const wanted = isSifted ? CALLS_AT_ONCE : limit
    const page = await api.storage.listCalls(workspaceId, range, { limit: wanted, before: next })
    for (const one of await summarized(api, workspaceId, page.rows)) {
      if (!isAskedFor(one.summary, filter)) continue
      // There is more: this one is the first of the next page.
      if (found.length === limit) return { found, next: (found.at(-1) as FoundCall).row.seq }
      found.push(one)
    }
    next = page.next
    if (!isSifted || next === null || page.rows.length === 0) break
    lookedAt += page.rows.length
  }
  return { found, next }
}

async function summarized(
  { loop, storage }: Api,
  workspaceId: string,
  rows: readonly CallRow[],
): Promise<readonly FoundCall[]> {
  const callIds = rows.map(({ callId }) => callId)
  const tracked = Map.groupBy(
    await storage.summarizeTrackedCalls(workspaceId, callIds, SIGNALS_COUNTED_MAX),
    ({ callId }) => callId,
  )
  const found: FoundCall[] = []
  let inTick = 0
  for (const row of rows) {
    if (inTick > TICK_LENGTH) {
      await loop.afterTick()
      inTick = 0
    }
    inTick += row.events.reduce((sum, { body }) => sum + (body?.length ?? 0), 0)
    found.push({ row, summary: summarizeCall(row, tracked.get(row.callId)) })
  }
  return found
}

/** Of the calls whose deliveries can be counted: those with all their events here, as far as the budget of a page goes. */
async function statusesOf(api: Api, workspaceId: string, found: readonly FoundCall[]) {
  let deliveries = 0
  const counted = found.filter(({ row }) => {
    const count = row.events.reduce((sum, { deliveryCount }) => sum + deliveryCount, 0)
    if (row.events.length < row.eventCount || deliveries + count > DELIVERIES_COUNTED_MAX) return false
    deliveries += count
    return true
  })
  const events = counted.flatMap(({ row }) => row.events.filter(({ deliveryCount }) => deliveryCount > 0))
  const rows = await api.storage.listDeliveryStatuses(workspaceId, events, DELIVERIES_COUNTED_MAX)
  const byEvent = Map.groupBy(rows, ({ eventSeq }) => eventSeq)
  return new Map(counted.map(({ row }) => [row, row.events.flatMap(({ seq }) => byEvent.get(seq) ?? [])]))
}

async function getCall(api: Api, { caller, params, language }: Call<'getCall'>) {
  const { workspaceId } = caller
  const row = await api.storage.findCall(workspaceId, params.callId)
  const one = row === undefined ? undefined : (await summarized(api, workspaceId, [row]))[0]
  if (one === undefined) throw new Refusal('CALL_NOT_FOUND', { id: params.callId })
  const statuses = await statusesOf(api, workspaceId, [one])
  const deliveries = await deliveriesOf(api, workspaceId, one.row)
  const attempts = await api.storage.listAttemptsOfDeliveries(workspaceId, deliveries, ATTEMPTS_OF_EACH)
  const signals = await api.storage.listSignals(workspaceId, params.callId, SIGNALS_SHOWN_MAX)
  const call = presentCall(one.row, one.summary, statuses.get(one.row) ?? null)
  return presentCallDetail(call, one.row, { signals, deliveries, attempts }, language)
}

/** Of the newest events that have together no more than can be shown, and at least of the newest that has any; oldest first. */
async function deliveriesOf(api: Api, workspaceId: string, { events }: CallRow): Promise<readonly DeliveryRow[]> {
  let left = DELIVERIES_SHOWN_MAX
  const shown = [...events].reverse().filter(({ deliveryCount }) => {
    const fits = deliveryCount > 0 && (deliveryCount <= left || left === DELIVERIES_SHOWN_MAX)
    if (fits) left -= deliveryCount
    return fits
  })
  const rows = await api.storage.listDeliveriesOfEvents(workspaceId, shown, DELIVERIES_SHOWN_MAX)
  return [...rows].sort((a, b) => a.seq - b.seq)
}
