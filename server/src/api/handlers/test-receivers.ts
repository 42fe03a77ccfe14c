// Owns what happens at /v1/test-receivers: making them, and looking at what they got.
// Must never show a secret: a request is verified here, and what is wrong with one is found by whoever has the secret (`diagnose`).
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { AuditAction } from '@timbre/contract/audit-entry.ts'
import { SUPERVISOR_SIGNATURE, supervisorKey, supervisorSignature } from '@timbre/contract/signature.ts'
import type { ReceivedRequest, TestReceiver } from '@timbre/contract/test-receiver.ts'
import { webhookPlace } from '../../platform/vault.ts'
import type { WebhookRow } from '../../storage/storage.ts'
import type { Api } from '../api.ts'
import { originOf } from '../http/origin-asked-for.ts'
import { isoTime } from '../present/iso-time.ts'
import { pageRequest, presentPage } from '../present/present-page.ts'
import { TEST_RECEIVER_PATH } from '../test-receiver/test-receiver-route.ts'
import type { KeptRequest, Receiver } from '../test-receiver/test-receivers.ts'
import { knownId } from '../validation/known-id.ts'
import type { Call, Handlers } from './call.ts'
import { changeContext } from './change-context.ts'

type Routes =
  | 'createTestReceiver'
  | 'listTestReceivers'
  | 'updateTestReceiver'
  | 'deleteTestReceiver'
  | 'listReceivedRequests'
  | 'clearReceivedRequests'
type Changing = Call<'createTestReceiver' | 'updateTestReceiver' | 'deleteTestReceiver' | 'clearReceivedRequests'>

const WEBHOOKS_AT_ONCE = 100

export function testReceiverHandlers(api: Api): Pick<Handlers, Routes> {
  const receiverOf = ({ caller, params }: Pick<Call<'updateTestReceiver'>, 'caller' | 'params'>) =>
    api.testReceivers.find(caller.workspaceId, knownId('testReceiver', params.testReceiverId))
  return {
    async createTestReceiver(call) {
      const receiver = api.testReceivers.make(call.caller.workspaceId, call.body)
      const answer = present(api, call, receiver)
      try {
        await note(api, call, { action: 'test_receiver.created', targetId: receiver.id, answer })
      } catch (error) {
        api.testReceivers.delete(receiver.workspaceId, receiver.id)
        throw error
      }
      return answer
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
      const secrets = await secretsAt(api, call, receiver)
      const page = pageOf(receiver.requests, call.query)
      return presentPage(pageRequest(call.query), page, (request) => presentRequest(request, secrets))
    },
    async clearReceivedRequests(call) {
      const { id, workspaceId } = receiverOf(call)
      await note(api, call, { action: 'test_receiver.updated', targetId: id, changedFields: ['requests'] })
      api.testReceivers.clear(workspaceId, id)
      return undefined
    },
  }
}

function note(
  api: Api,
  call: Changing,
  change: {
    readonly action: AuditAction
    readonly targetId: string
    readonly changedFields?: readonly string[]
    readonly answer?: unknown
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
  const answers = { responseStatus, delayMs, failurePercent }
  return { id, url: urlOf(api, call, receiver), ...answers, requestCount, createdAt: isoTime(createdAt) }
}

function presentRequest(request: KeptRequest, secrets: readonly string[]): ReceivedRequest {
  const { id, receivedAt, method, headers, body, responseStatus } = request
  const verified = body === null || secrets.length === 0 ? null : isSigned(headers[SUPERVISOR_SIGNATURE], body, secrets)
  const text = body === null ? null : body.toString('utf8')
  return { id, receivedAt: isoTime(receivedAt), method, headers: { ...headers }, body: text, responseStatus, verified }
}

function isSigned(signature: string | undefined, body: Buffer, secrets: readonly string[]): boolean {
  const given = Buffer.from(signature ?? '')
  return secrets.some((secret) => {
    const digest = createHmac('sha256', supervisorKey(secret)).update(body).digest('hex')
    const expected = Buffer.from(supervisorSignature(digest))
    return given.length === expected.length && timingSafeEqual(given, expected)
  })
}

/** Of the webhooks of the workspace that send to the receiver. */
async function secretsAt(api: Api, { caller }: Call<'listReceivedRequests'>, { token }: Receiver): Promise<string[]> {
  const secrets: string[] = []
  for (let page = 1; ; page++) {
    const { rows } = await api.storage.listWebhooks(caller.workspaceId, { page, limit: WEBHOOKS_AT_ONCE })
    for (const row of rows) if (sendsTo(row, token)) secrets.push(...secretsOf(api, row))
    if (rows.length < WEBHOOKS_AT_ONCE) return secrets
  }
}

/** By the path: the installation may be known by several names. */
function sendsTo({ url }: { readonly url: string | null }, token: string): boolean {
  return url !== null && URL.parse(url)?.pathname === `${TEST_RECEIVER_PATH}/${token}`
}

function secretsOf({ vault, clock }: Api, row: WebhookRow): string[] {
  const previous = row.previousSecrets.filter(({ expiresAt }) => expiresAt > clock.now())
  return [
    vault.open(row.sealedSecret, webhookPlace('secret', row)),
    ...previous.map(({ sealed }) => vault.open(sealed, webhookPlace('previous_secret', row))),
  ]
}
