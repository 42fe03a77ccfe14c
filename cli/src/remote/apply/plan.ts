// Owns the difference between a file and a workspace: what `timbre apply` would do, and in which order.
// Pure, and the same difference gives the same changes: applied twice, there is none.
import { isDeepStrictEqual } from 'node:util'
import type { Subscription, WebhookUpdate } from '@getsupervisor/agents-studio-sdk'
import { parseId } from '@timbre/contract/ids.ts'
import { nearest } from '../../frame/nearest.ts'
import {
  nameIn,
  type Present,
  type PresentWebhook,
  type Wanted,
  type WantedEventType,
  type WantedWebhook,
  withName,
} from './configuration.ts'

export interface Difference {
  readonly field: string
  readonly before: unknown
  readonly after: unknown
}

export type Change =
  | { readonly kind: 'create-type'; readonly type: WantedEventType }
  | { readonly kind: 'update-type'; readonly type: WantedEventType; readonly differences: readonly Difference[] }
  | { readonly kind: 'create-webhook'; readonly wanted: WantedWebhook; readonly fields: WebhookUpdate }
  | {
      readonly kind: 'update-webhook'
      readonly wanted: WantedWebhook
      readonly present: PresentWebhook
      readonly differences: readonly Difference[]
      readonly added: readonly string[]
      readonly removed: readonly Subscription[]
    }
  | { readonly kind: 'delete-webhook'; readonly present: PresentWebhook }
  | { readonly kind: 'delete-type'; readonly key: string }

export interface Plan {
  readonly changes: readonly Change[]
  /** What is there and not in the file, and stays: `webhook https://…`. */
  readonly left: readonly string[]
}

/** What is wrong with the file, seen beside the workspace. */
export class PlanError extends Error {
  readonly path: string

  constructor(path: string, message: string) {
    super(message)
    this.path = path
  }
}

/** @param prune whether what is not in the file is removed */
export function planOf(wanted: Wanted, present: Present, prune: boolean): Plan {
  const types = wanted.eventTypes.flatMap((type) => typeChange(type, present))
  checkEvents(wanted, present)
  const matched = new Map<WantedWebhook, PresentWebhook | undefined>()
  for (const webhook of wanted.webhooks) matched.set(webhook, match(webhook, present, [...matched.values()]))
  const webhooks = [...matched].flatMap(([webhook, found]) => webhookChange(webhook, found, prune))
  const others = present.webhooks.filter((one) => ![...matched.values()].includes(one))
  const otherTypes = present.eventTypes.filter(
    ({ key, isBuiltIn }) => !isBuiltIn && !wanted.eventTypes.some((type) => type.key === key),
  )
  const kept = prune ? [] : [...matched].flatMap(([webhook, found]) => keptSubscriptions(webhook, found))
  return {
    changes: [
      ...types,
      ...webhooks,
      ...(prune ? others.map((one) => ({ kind: 'delete-webhook', present: one }) as const) : []),
      ...(prune ? otherTypes.map(({ key }) => ({ kind: 'delete-type', key }) as const) : []),
    ],
    left: prune
      ? []
      : [
          ...kept,
          ...others.map(({ webhook }) => `webhook ${webhook.url}`),
          ...otherTypes.map(({ key }) => `event type ${key}`),
        ],
  }
}

function typeChange(type: WantedEventType, { eventTypes }: Present): Change[] {
  const found = eventTypes.find(({ key }) => key === type.key)
  if (found === undefined) return [{ kind: 'create-type', type }]
  if (found.isBuiltIn) throw new PlanError(type.path, `${type.key} is built in: it cannot be changed.`)
  const differences = differencesOf(type.fields, found)
  return differences.length === 0 ? [] : [{ kind: 'update-type', type, differences }]
}

function checkEvents(wanted: Wanted, { eventTypes }: Present): void {
  const keys = [...eventTypes.map(({ key }) => key), ...wanted.eventTypes.map(({ key }) => key)]
  for (const { path, events = [] } of wanted.webhooks)
    for (const [index, key] of events.entries()) {
      if (keys.includes(key)) continue
      const meant = nearest(key, keys)
      const hint = meant === undefined ? '' : ` Did you mean ${meant}?`
      throw new PlanError(`${path}/events/${index}`, `There is no event type ${key}.${hint}`)
    }
}

/** By its id, else by its name, else by its URL: the one that has no name yet, so that a name can be given to it. */
function match(
  { path, id, name, url }: WantedWebhook,
  { webhooks }: Present,
  taken: readonly (PresentWebhook | undefined)[],
): PresentWebhook | undefined {
  const found =
    id !== undefined
      ? webhooks.filter(({ webhook }) => webhook.id === parseId('webhook', id))
      : name !== undefined && webhooks.some((one) => nameOf(one) === name)
        ? webhooks.filter((one) => nameOf(one) === name)
        : webhooks.filter((one) => one.webhook.url === url && nameOf(one) === undefined)
  if (id !== undefined && found.length === 0)
    throw new PlanError(`${path}/id`, `There is no webhook ${id} in this workspace.`)
  if (found.length > 1) {
    const by = found.some((one) => nameOf(one) !== undefined) ? `the name ${name}` : `the url ${url}`
    throw new PlanError(path, `${found.length} webhooks have ${by}. Say which one with id.`)
  }
  const [one] = found
  if (one !== undefined && taken.includes(one)) throw new PlanError(path, 'This webhook is in the file twice.')
  return one
}

function webhookChange(wanted: WantedWebhook, present: PresentWebhook | undefined, prune: boolean): Change[] {
  if (present === undefined) {
    if (wanted.url === undefined && wanted.kind !== 'pull')
      throw new PlanError(wanted.path, 'There is no such webhook yet, and without a url none can be made.')
    return [{ kind: 'create-webhook', wanted, fields: wantedFields(wanted, undefined) }]
  }
  const differences = differencesOf(wantedFields(wanted, present), present.webhook)
  const { events } = wanted
  const added = (events ?? []).filter((key) => !present.subscriptions.some(({ eventKey }) => eventKey === key))
  const removed =
    prune && events !== undefined ? present.subscriptions.filter(({ eventKey }) => !events.includes(eventKey)) : []
  if (differences.length + added.length + removed.length === 0) return []
  return [{ kind: 'update-webhook', wanted, present, differences, added, removed }]
}

/** With the name in the description, where there is one. */
function wantedFields({ name, url, fields }: WantedWebhook, present: PresentWebhook | undefined): WebhookUpdate {
  const before = nameIn(present?.webhook.description ?? null)
  const text = fields.description === undefined ? before.text : fields.description
  const description = withName(text, name ?? before.name)
  return {
    ...(url === undefined ? {} : { url }),
    ...fields,
    ...(description === null && fields.description === undefined ? {} : { description }),
  }
}

function keptSubscriptions({ events }: WantedWebhook, present: PresentWebhook | undefined): string[] {
  if (events === undefined || present === undefined) return []
  return present.subscriptions
    .filter(({ eventKey }) => !events.includes(eventKey))
    .map(({ eventKey }) => `subscription to ${eventKey} of ${present.webhook.url}`)
}

function differencesOf(wanted: object, present: object): Difference[] {
  const before: Readonly<Record<string, unknown>> = { ...present }
  return Object.entries(wanted)
    .filter(([field, after]) => after !== undefined && !isDeepStrictEqual(before[field], after))
    .map(([field, after]) => ({ field, before: before[field], after }))
}

export function nameOf({ webhook }: PresentWebhook): string | undefined {
  return nameIn(webhook.description).name
}
