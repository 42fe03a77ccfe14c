// Owns what happens at /v1/test-receivers: making them, and looking at what they got.
import type { AuditAction } from '@timbre/contract/audit-entry.ts'
import { Refusal } from '@timbre/contract/errors.ts'
import type { TestReceiver } from '@timbre/contract/test-receiver.ts'
import type { Api } from '../api.ts'
import { originOf } from '../http/origin-asked-for.ts'
import { isoTime } from '../present/iso-time.ts'
import { pageRequest, presentPage } from '../present/present-page.ts'
import { presentRequest, secretsAt, TEST_RECEIVER_PATH } from '../test-receiver/received-request.ts'
import type { Receiver } from '../test-receiver/test-receivers.ts'
import { knownId } from '../validation/known-id.ts'
import type { Call, Handlers } from './call.ts'
import { changeContext } from './change-context.ts'

type Routes =
  | 'createTestReceiver'
  | 'listTestReceivers'
  | 'updateTestReceiver'
  | 'deleteTestReceiver'
  | 'listReceivedRequests'
  | 'streamReceivedRequests'
  | 'clearReceivedRequests'
type Changing = Call<'createTestReceiver' | 'updateTestReceiver' | 'deleteTestReceiver' | 'clearReceivedRequests'>

/** The number of a request among all that the receiver got. */
const CURSOR = /^(0|[1-9]\d{0,14})$/

export function testReceiverHandlers(api: Api): Pick<Handlers, Routes> {
  const receiverOf = ({ caller, params }: Pick<Call<'updateTestReceiver'>, 'caller' | 'params'>) =>
    api.testReceivers.find(caller.workspaceId, knownId('testReceiver', params.testReceiverId))
  return {
    async createTestReceiver(call) {
      const receiver = api.testReceivers.make(call.caller.workspaceId, call.body)
      const response = present(api, call, receiver)
      try {
        await note(api, call, { action: 'test_receiver.created', targetId: receiver.id, response })
      } catch (error) {
        api.testReceivers.delete(receiver.workspaceId, receiver.id)
        throw error
      }
      return response
    },
    async listTestReceivers(call) {
      const rows = api.testReceivers.list(call.caller.workspaceId)
      return presentPage(pageRequest(call.query), pageOf(rows, call.query), (receiver) => present(api, call, receiver))
    },
    async updateTestReceiver(call) {
      const receiver = receiverOf(call)
      await note(api, call, { action: 'test_receiver.updated', targetId: receiver.id })
      return present(api, call, Object.assign(receiver, call.body))
    },
    async deleteTestReceiver(call) {
      const { id, workspaceId } = receiverOf(call)
      await note(api, call, { action: 'test_receiver.deleted', targetId: id })
      api.testReceivers.delete(workspaceId, id)
      return undefined
    },
    async listReceivedRequests(call) {
      const receiver = receiverOf(call)
      const secrets = await secretsAt(api, receiver)
      const page = pageOf(receiver.requests, call.query)
      return presentPage(pageRequest(call.query), page, (request) => presentRequest(request, secrets))
    },
    async streamReceivedRequests(call) {
      const receiver = receiverOf(call)
      // A client that goes on by itself sends the header, and the address that it began with.
      const cursor = call.lastEventId ?? call.query.lastEventId
      const after = cursor === undefined ? null : positionIn(receiver, cursor)
      return api.receivedStreams.open(receiver, call.caller.actor, after)
    },
    async clearReceivedRequests(call) {
      const { id, workspaceId } = receiverOf(call)
      await note(api, call, { action: 'test_receiver.updated', targetId: id, changedFields: ['requests'] })
      api.testReceivers.clear(workspaceId, id)
      return undefined
    },
  }
}

/** Throws INVALID_CURSOR for what is no id of a frame. */
function positionIn({ requestCount }: Receiver, cursor: string): number {
  if (!CURSOR.test(cursor) || Number(cursor) > requestCount) throw new Refusal('INVALID_CURSOR')
  return Number(cursor)
}

function note(
  api: Api,
  call: Changing,
  change: {
    readonly action: AuditAction
    readonly targetId: string
    readonly changedFields?: readonly string[]
    readonly response?: unknown
  },
): Promise<void> {
  const changedFields = Object.keys(call.body ?? {})
  return api.storage.addAuditEntry(changeContext(api, call, { now: api.clock.now(), changedFields, ...change }))
}

function pageOf<T>(rows: readonly T[], query: { readonly page?: number; readonly limit?: number }) {
  const { page, limit } = pageRequest(query)
  return { rows: rows.slice((page - 1) * limit, page * limit), total: rows.length }
}

function urlOf({ browser }: Api, { headers }: Pick<Call<Routes>, 'headers'>, { token }: Receiver): string {
  return `${originOf(browser, headers)}${TEST_RECEIVER_PATH}/${token}`
}

function present(api: Api, call: Pick<Call<Routes>, 'headers'>, receiver: Receiver): TestReceiver {
  const { id, responseStatus, delayMs, failurePercent, requestCount, createdAt } = receiver
  const responses = { responseStatus, delayMs, failurePercent }
  return { id, url: urlOf(api, call, receiver), ...responses, requestCount, createdAt: isoTime(createdAt) }
}
