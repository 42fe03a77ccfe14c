// Owns how the SDK's public types come from the contract: writes sdk/src/resources.generated.ts, or checks it (--check).
// Must never write a type by hand: what the contract does not say is not in the file.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as apiKey from '@timbre/contract/api-key.ts'
import { ENVIRONMENTS, WORKSPACE_SCOPES } from '@timbre/contract/api-key.ts'
import * as attempt from '@timbre/contract/attempt.ts'
import { AuditEntry } from '@timbre/contract/audit-entry.ts'
import * as call from '@timbre/contract/call.ts'
import { BUILT_IN_EVENT_TYPES } from '@timbre/contract/catalogue.ts'
import * as delivery from '@timbre/contract/delivery.ts'
import { DELIVERY_STATUSES } from '@timbre/contract/delivery-status.ts'
import { DeliveryGap } from '@timbre/contract/delivery-stream.ts'
import { Erasure } from '@timbre/contract/erasure.ts'
import { ERRORS } from '@timbre/contract/errors.ts'
import * as event from '@timbre/contract/event.ts'
import * as eventType from '@timbre/contract/event-type.ts'
import * as instance from '@timbre/contract/instance.ts'
import { HistoryMeta, PageMeta } from '@timbre/contract/page.ts'
import * as portalSession from '@timbre/contract/portal-session.ts'
import * as pull from '@timbre/contract/pull.ts'
import * as replay from '@timbre/contract/replay.ts'
import { ROUTES } from '@timbre/contract/routes.ts'
import { Words } from '@timbre/contract/schema.ts'
import * as session from '@timbre/contract/session.ts'
import * as source from '@timbre/contract/source.ts'
import * as sourceTest from '@timbre/contract/source-test.ts'
import * as statistics from '@timbre/contract/statistics.ts'
import * as subscription from '@timbre/contract/subscription.ts'
import * as testReceiver from '@timbre/contract/test-receiver.ts'
import * as webhook from '@timbre/contract/webhook.ts'
import * as webhookHealth from '@timbre/contract/webhook-health.ts'
import * as workspace from '@timbre/contract/workspace.ts'
import { compile } from 'json-schema-to-typescript'

const FILE = fileURLToPath(new URL('../sdk/src/resources.generated.ts', import.meta.url))
const BANNER = `// Generated from contract/src by scripts/sdk-types.ts: the SDK's public types.
// Must never be edited: change the contract, then run \`node scripts/sdk-types.ts\`.
`

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
type Row = readonly [name: string, description: string, schema: object]

/** Every public type: name, what it is, and the contract's schema. */
const TYPES: readonly Row[] = [
  ['Scope', 'What an API key may do.', Words(WORKSPACE_SCOPES)],
  ['Environment', 'What an API key is for.', Words(ENVIRONMENTS)],
  ['Ordering', 'Whether the events of one call arrive one at a time.', Words(webhook.ORDERINGS)],
  ['WebhookKind', 'Whether events are sent to a webhook, or fetched by a consumer.', Words(webhook.WEBHOOK_KINDS)],
  ['DisabledReason', 'Why the service switched a webhook off.', Words(webhook.DISABLED_REASONS)],
  ['DeliveryStatus', 'Where a delivery stands.', Words(DELIVERY_STATUSES)],
  ['Trigger', 'What caused an attempt.', Words(attempt.TRIGGERS)],
  [
    'AttemptOutcome',
    'How an attempt ended; with a responseStatus, but for `answered`, a response began and did not end.',
    Words(attempt.OUTCOMES),
  ],
  ['ErrorCode', 'Every code that the API answers an error with.', Words(Object.keys(ERRORS))],
  ['PageMeta', 'Where a numbered page stands in its list.', PageMeta],
  ['HistoryMeta', 'Where a page of history stands in its list.', HistoryMeta],
  ['PageQuery', 'Which page of a numbered list.', ROUTES.listWebhooks.query],
  ['HistoryQuery', 'Which page of a history, newest first.', ROUTES.listAttempts.query],
  ['Webhook', 'The URL a workspace wants its events at, and how they are sent there.', webhook.Webhook],
  ['CreatedWebhook', 'A webhook that was made, with its first subscriptions.', webhook.CreatedWebhook],
  ['WebhookCreate', 'A new webhook.', webhook.WebhookCreate],
  ['WebhookUpdate', 'What of a webhook is to change; the rest stays.', webhook.WebhookUpdate],
  ['WebhookSecret', "A webhook's signing secret.", webhook.WebhookSecret],
  ['RotatedSecret', "A webhook's new signing secret.", webhook.RotatedSecret],
  ['SecretRotate', 'How to rotate a signing secret.', webhook.SecretRotate],
  ['WebhookTest', 'What to test with: the example of an event type, or data of your own.', webhook.WebhookTest],
  ['HealthState', 'How a webhook fares.', Words(webhookHealth.HEALTH_STATES)],
  ['FailureCause', 'Why attempts fail.', Words(webhookHealth.FAILURE_CAUSES)],
  ['FailingCause', 'Attempts that failed for the same reason.', webhookHealth.FailingCause],
  ['HealthChange', 'The change of a webhook after which it began to fail.', webhookHealth.HealthChange],
  ['WebhookHealth', 'How a webhook fares, in words.', webhookHealth.WebhookHealth],
  ['Subscription', 'An event type that a webhook wants.', subscription.Subscription],
  ['SubscriptionCreate', 'A new subscription.', subscription.SubscriptionCreate],
  ['SubscriptionUpdate', 'What of a subscription is to change.', subscription.SubscriptionUpdate],
  ['ListSubscriptionsQuery', "Which of a webhook's subscriptions.", ROUTES.listSubscriptions.query],
  ['EventType', 'A key of the catalogue with the JSON Schema and an example of its `data`.', eventType.EventType],
  ['EventTypeCreate', 'A new event type of your own.', eventType.EventTypeCreate],
  ['EventTypeUpdate', 'What of an event type of your own is to change.', eventType.EventTypeUpdate],
  ['EventTypeCheck', 'What may be asked before an event type is added or changed.', eventType.EventTypeCheck],
  ['EventTypeVerdict', 'Whether an event type would be accepted, and why not.', eventType.EventTypeVerdict],
  ['EventPublish', 'An event to publish.', event.EventPublish],
  ['SkipReason', 'Why a webhook does not get an event.', Words(event.SKIP_REASONS)],
  ['SkippedWebhook', 'A webhook that does not get an event, and why.', event.SkippedWebhook],
  ['AcceptedEvent', 'An accepted event: it and all its deliveries are on disk.', event.AcceptedEvent],
  ['EventSummary', 'An event as lists show it.', event.EventSummary],
  ['EventDetail', 'An event with its data and its deliveries.', delivery.EventDetail],
  ['ListEventsQuery', 'Which events.', ROUTES.listEvents.query],
  ['Erasure', 'What was removed of one call.', Erasure],
  ['DeliverySummary', 'A delivery (one event for one subscription) as lists show it.', delivery.DeliverySummary],
  ['Delivery', 'A delivery with the request and the response of its last attempt.', delivery.Delivery],
  ['ListDeliveriesQuery', 'Which deliveries of the workspace.', ROUTES.listDeliveries.query],
  ['StreamDeliveriesQuery', 'Which deliveries to watch, and from where on.', ROUTES.streamDeliveries.query],
  ['DeliveryGap', 'Changes that a stream cannot show any more: they were made between these times.', DeliveryGap],
  ['ListWebhookDeliveriesQuery', 'Which deliveries of a webhook.', ROUTES.listWebhookDeliveries.query],
  ['Timings', 'How long the phases of an attempt took.', attempt.Timings],
  ['Attempt', 'One request for one delivery, and the evidence of what happened.', attempt.Attempt],
  ['DeliveryCounts', 'How many deliveries stand where.', call.DeliveryCounts],
  ['Call', 'The events with one `call_id`, as lists show it.', call.Call],
  ['CallAttempt', 'An attempt without what was sent and received.', call.CallAttempt],
  ['CallDelivery', 'A delivery of an event of a call, with its newest attempts.', call.CallDelivery],
  ['CallSignal', 'What a source said of a call.', call.CallSignal],
  ['CallEvent', 'An event of a call, with its deliveries.', call.CallEvent],
  ['CallDetail', 'A call with what its source said, its events, their deliveries and attempts.', call.CallDetail],
  ['ListCallsQuery', 'Which calls.', ROUTES.listCalls.query],
  ['ReplaySelection', 'Which deliveries a replay queues.', Words(replay.REPLAY_SELECTIONS)],
  ['ReplayStatus', 'Where a replay stands.', Words(replay.REPLAY_STATUSES)],
  ['ReplayCreate', 'What a webhook is to be sent again.', replay.ReplayCreate],
  ['Replay', 'The sending again of what a webhook did not get in a range of time.', replay.Replay],
  ['BucketSize', 'How wide a bucket of statistics is.', Words(statistics.BUCKET_SIZES)],
  ['StatisticsQuery', 'Which statistics.', ROUTES.getStatistics.query],
  ['LatencyQuantiles', 'How long a phase of attempts took, in milliseconds.', statistics.LatencyQuantiles],
  [
    'StatisticsCounts',
    'What happened in a time: attempts, deliveries that ended, latencies.',
    statistics.StatisticsCounts,
  ],
  ['StatisticsBucket', 'What happened in one bucket of time.', statistics.StatisticsBucket],
  ['Backlog', 'What has not ended, at this moment.', statistics.Backlog],
  ['Statistics', 'The statistics of a webhook or of the workspace.', statistics.Statistics],
  ['TestResult', 'What came of a test send.', attempt.TestResult],
  ['Pull', 'How many deliveries to lease, and for how long.', pull.Pull],
  ['PulledDelivery', 'A delivery that a consumer has leased.', pull.PulledDelivery],
  ['PulledDeliveries', 'What was due.', pull.PulledDeliveries],
  ['PullResult', 'What became of a leased delivery.', pull.PullResult],
  ['PullResults', 'What became of leased deliveries.', pull.PullResults],
  ['UncountedReason', 'Why the result of a consumer is not an attempt.', Words(pull.UNCOUNTED_REASONS)],
  ['RecordedResult', 'Whether a result counted.', pull.RecordedResult],
  ['RecordedResults', 'Which results counted.', pull.RecordedResults],
  ['LeaseExtension', 'Which lease is to last longer.', pull.LeaseExtension],
  ['ExtendedLease', 'Until when a delivery is leased.', pull.ExtendedLease],
  ['SourceKind', 'A provider of calls.', Words(source.SOURCE_KINDS)],
  ['RefusalCause', "Why a provider's request was not taken.", Words(source.REFUSAL_CAUSES)],
  ['CallState', 'Where a call stands.', Words(source.CALL_STATES)],
  ['SourceVerification', 'How an HMAC is made, where a provider lets its users choose.', source.SourceVerification],
  ['SourceFields', 'Where in the payload of a generic source what is found.', source.SourceFields],
  ['Source', 'A provider of calls that posts its own signed requests.', source.Source],
  ['SourceCreate', 'A new source.', source.SourceCreate],
  ['SourceUpdate', 'What of a source is to change.', source.SourceUpdate],
  ['RefusedRequest', "A provider's request that was refused, and why.", source.RefusedRequest],
  ['RefusedRequests', 'The last of them, newest first.', source.RefusedRequests],
  ['Signals', 'The last messages of a source that were taken, newest first.', sourceTest.Signals],
  ['SampleEnd', 'How a call goes.', Words(source.SAMPLE_ENDS)],
  ['SourceTest', 'How to test a source.', source.SourceTest],
  ['SourceTestResult', 'What came of testing a source.', sourceTest.SourceTestResult],
  ['ApiKey', 'An API key as lists show it, without the key.', apiKey.ApiKey],
  ['ApiKeyCreate', 'A new API key.', apiKey.ApiKeyCreate],
  ['CreatedApiKey', 'A new API key, with the key itself.', apiKey.CreatedApiKey],
  ['Capability', 'What a portal session may do.', Words(portalSession.CAPABILITIES)],
  ['PortalSession', 'A link to the portal of a workspace, or what became of it.', portalSession.PortalSession],
  ['PortalSessionCreate', 'A new portal session.', portalSession.PortalSessionCreate],
  ['CreatedPortalSession', 'A new portal session, with its link.', portalSession.CreatedPortalSession],
  ['Session', 'The session of a browser.', session.Session],
  ['SessionCreate', 'What a session is got for.', session.SessionCreate],
  ['TestReceiver', 'A URL of the installation that keeps what it is sent.', testReceiver.TestReceiver],
  ['TestReceiverCreate', 'What a test receiver answers.', testReceiver.TestReceiverCreate],
  ['ReceivedRequest', 'A request that a test receiver got.', testReceiver.ReceivedRequest],
  ['ReceivedGap', 'Requests that a stream cannot show any more.', testReceiver.ReceivedGap],
  ['ReceivedCleared', 'What a test receiver had kept was forgotten.', testReceiver.ReceivedCleared],
  ['StreamReceivedQuery', 'From where on to watch a test receiver.', ROUTES.streamReceivedRequests.query],
  ['Workspace', 'One tenant.', workspace.Workspace],
  ['WorkspaceCreate', 'A new workspace.', workspace.WorkspaceCreate],
  ['WorkspaceUpdate', 'What of a workspace is to change.', workspace.WorkspaceUpdate],
  ['AuditEntry', 'Who changed what, when, from which address.', AuditEntry],
  ['Instance', 'The nodes, the storage and the settings of an installation.', instance.Instance],
  ['InstanceNode', 'A process of an installation.', instance.InstanceNode],
  ['StorageUse', 'How large the storage is, and how fast it grows.', instance.StorageUse],
  ['InstanceSetting', 'A setting that holds.', instance.InstanceSetting],
  ['InstanceStatistics', 'The statistics of all workspaces together.', instance.InstanceStatistics],
  ['CauseCount', 'How many attempts failed for one reason.', instance.CauseCount],
  ['InstanceBacklog', 'What waits in an installation.', instance.InstanceBacklog],
  ['QueuedBy', 'Deliveries by what they wait for.', instance.QueuedBy],
  ['WebhookBacklog', 'What waits for one webhook.', instance.WebhookBacklog],
  ['BusyWorkspaces', 'The workspaces with most deliveries of late.', instance.BusyWorkspaces],
  ['BusyWorkspace', 'A workspace with what it was sent of late.', instance.BusyWorkspace],
  ['ListAuditEntriesQuery', 'Which audit entries.', ROUTES.listAuditEntries.query],
  ...BUILT_IN_EVENT_TYPES.map(
    (type): Row => [
      dataName(type.key),
      `\`data\` of ${type.key}. ${type.description}`,
      {
        ...type.schema,
        additionalProperties: true,
      },
    ],
  ),
]

/** The text of the generated file. */
export async function sdkTypes(): Promise<string> {
  const definitions = Object.fromEntries(TYPES.map(([name, , schema]) => [name, plain(schema)]))
  const names = new Map(Object.entries(definitions).map(([name, schema]) => [JSON.stringify(schema), name]))
  const described = Object.fromEntries(
    TYPES.map(([name, description]) => [name, { ...inner(definitions[name], names), description, title: name }]),
  )
  const compiled = await compile({ definitions: described }, 'Unused', {
    additionalProperties: false,
    bannerComment: '',
    ignoreMinAndMaxItems: true,
    unreachableDefinitions: true,
    style: { semi: false, singleQuote: true, printWidth: 120 },
  })
  return `${BANNER}\n${tidy(compiled)}\n${eventMap()}`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.includes('--check'))

async function main(checkOnly: boolean): Promise<void> {
  const text = await sdkTypes()
  if (!checkOnly) return writeFileSync(FILE, text)
  if (readFileSync(FILE, 'utf8') === text) return
  console.error('sdk/src/resources.generated.ts is not current. Run: node scripts/sdk-types.ts')
  process.exitCode = 1
}

/** The schema as JSON, without TypeBox's own marks. */
function plain(schema: object): Json {
  return JSON.parse(JSON.stringify(schema))
}

/** The schema with every part that is itself a public type replaced by a reference to it; the schema itself is not. */
function inner(schema: Json | undefined, names: ReadonlyMap<string, string>): Record<string, unknown> {
  if (schema === undefined || schema === null || typeof schema !== 'object') throw new Error('A schema is an object.')
  return Object.fromEntries(Object.entries(schema).map(([key, part]) => [key, referring(part, names)]))
}

function referring(part: Json, names: ReadonlyMap<string, string>): unknown {
  if (part === null || typeof part !== 'object') return part
  const name = names.get(JSON.stringify(part))
  if (name !== undefined) return { $ref: `#/definitions/${name}` }
  if (Array.isArray(part)) return part.map((item) => referring(item, names))
  return inner(part, names)
}

/** Without the empty root type and what is said about it; one-line comments on one line, an empty line before each type. */
function tidy(compiled: string): string {
  return compiled
    .replace(/export interface Unused \{[^}]*\}\n/, '')
    .replaceAll(/\n \*\n \* This interface was referenced by `Unused`.*\n.*\n \*\//g, '\n */')
    .replaceAll(/\/\*\*\n *\* (.*)\n *\*\//g, '/** $1 */')
    .replaceAll(/\n+(?=\/\*\*|export)/g, '\n\n')
    .replaceAll(/\*\/\n+export/g, '*/\nexport')
    .trim()
}

/** `CallStatusUpdatedData` of `call.status.updated`; `CallStartedData` of `call.callStarted`. */
function dataName(key: string): string {
  const words = key.split('.').map((word) => word.charAt(0).toUpperCase() + word.slice(1))
  return `${words.join('').replace(/^Call(?=Call)/, '')}Data`
}

function eventMap(): string {
  const rows = BUILT_IN_EVENT_TYPES.map(({ key }) => `  '${key}': ${dataName(key)}`)
  return `\n/** The \`data\` of every built-in event type. */\nexport interface EventDataByType {\n${rows.join('\n')}\n}\n`
}
