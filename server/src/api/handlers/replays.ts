// Owns what happens at /v1/webhooks/{id}/replays: asking for one, with a count, looking at its progress, cancelling it.
import { Refusal } from '@timbre/contract/errors.ts'
import { type ReplayCreate, RUNNING_REPLAYS_PER_WEBHOOK_MAX } from '@timbre/contract/replay.ts'
import type { ReplayCount, ReplayRow, ReplayScope, WebhookRow } from '../../storage/storage.ts'
import type { Api } from '../api.ts'
import { parseTime } from '../present/iso-time.ts'
import { pageRequest, presentPage } from '../present/present-page.ts'
import { presentDryRun, presentReplay } from '../present/present-replay.ts'
import { invalidInput } from '../validation/findings.ts'
import { knownId } from '../validation/known-id.ts'
import type { Call, Handlers } from './call.ts'
import { changeContext } from './change-context.ts'
import { findWebhook } from './find-webhook.ts'

/** How long a response waits for its count. What is not counted by then is counted by the replay itself. */
const COUNT_MS_MAX = 1500

type ReplayRoutes = 'createReplay' | 'listReplays' | 'getReplay' | 'cancelReplay'

export function replayHandlers(api: Api): Pick<Handlers, ReplayRoutes> {
  return {
    createReplay: (call) => createReplay(api, call),
    async listReplays({ caller, params, query }) {
      const webhook = await findWebhook(api, caller, params.webhookId)
      const request = pageRequest(query)
      const page = await api.storage.listReplays(caller.workspaceId, webhook.id, request)
      return presentPage(request, page, presentReplay)
    },
    async getReplay({ caller, params }) {
      const id = knownId('replay', params.replayId)
      const row = await api.storage.findReplay(caller.workspaceId, knownId('webhook', params.webhookId), id)
      if (row === undefined) throw new Refusal('REPLAY_NOT_FOUND', { id })
      return presentReplay(row)
    },
    async cancelReplay(call) {
      const { webhookId, replayId } = call.params
      const id = knownId('replay', replayId)
      const context = changeContext(api, call, { now: api.clock.now(), action: 'replay.cancelled', targetId: id })
      await api.storage.cancelReplay(call.caller.workspaceId, knownId('webhook', webhookId), id, context)
      return undefined
    },
  }
}

async function createReplay(api: Api, call: Call<'createReplay'>) {
  const { body, caller } = call
  const webhook = await findWebhook(api, caller, call.params.webhookId)
  const now = api.clock.now()
  const scope = scopeOf(body, webhook, now)
  await refuseUnknownKeys(api, scope)
  if (body.dryRun === true) return presentDryRun(newReplay(api, scope, await count(api, scope), now))
  if (!webhook.isActive) throw new Refusal('WEBHOOK_INACTIVE', { id: webhook.id })
  const row = newReplay(api, scope, await count(api, scope), now)
  const response = presentReplay(row)
  const changedFields = Object.keys(body)
  const change = { now, action: 'replay.created', targetId: row.id, changedFields, response } as const
  await api.storage.createReplay(row, RUNNING_REPLAYS_PER_WEBHOOK_MAX, changeContext(api, call, change))
  const { id: replayId, webhookId, workspaceId, only, matched } = row
  api.log.info({ replayId, webhookId, workspaceId, only, matched }, 'a replay begins')
  api.engine.wake()
  return response
}

function scopeOf(body: ReplayCreate, { workspaceId, id }: WebhookRow, now: number): ReplayScope {
  const since = parseTime(body.since, '/since')
  const until = parseTime(body.until, '/until')
  if (since >= until) throw invalidInput([{ path: '/until', ...LATER_THAN_SINCE }])
  if (since >= now) throw invalidInput([{ path: '/since', ...IN_THE_PAST }])
  const eventKeys = body.eventKeys === undefined ? null : [...new Set(body.eventKeys)]
  return { workspaceId, webhookId: id, since, until: Math.min(until, now), eventKeys, only: body.only }
}

const LATER_THAN_SINCE = { en: 'must be later than since', es: 'debe ser posterior a since' }
const IN_THE_PAST = { en: 'must lie in the past', es: 'debe estar en el pasado' }

/** A typo must not pass silently: it would replay nothing and look as if there had been nothing. */
async function refuseUnknownKeys(api: Api, { workspaceId, eventKeys }: ReplayScope): Promise<void> {
  for (const key of eventKeys ?? []) {
    if ((await api.catalogue.find(workspaceId, key)) === undefined) throw new Refusal('UNKNOWN_EVENT_TYPE', { key })
  }
}

/** In steps, so that others are served between them. `next` is null when everything was counted in time. */
async function count({ storage, clock }: Pick<Api, 'storage' | 'clock'>, scope: ReplayScope): Promise<ReplayCount> {
  const endAt = clock.monotonic() + COUNT_MS_MAX
  let matched = 0
  let step: ReplayCount = { matched: 0, next: null }
  do {
    step = await storage.countReplay(scope, step.next)
    matched += step.matched
  } while (step.next !== null && clock.monotonic() < endAt)
  return { matched, next: step.next }
}

function newReplay({ random }: Pick<Api, 'random'>, scope: ReplayScope, counted: ReplayCount, now: number): ReplayRow {
  return {
    ...scope,
    id: random.uuid(now),
    status: 'running',
    matched: counted.matched,
    matchedIsExact: counted.next === null,
    queued: 0,
    createdAt: now,
    updatedAt: now,
    finishedAt: null,
  }
}
