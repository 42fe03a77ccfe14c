// Owns which schemas of the contract have a name in the document, and how the others refer to them.
import { ApiKey, ApiKeyCreate, CreatedApiKey } from '@timbre/contract/api-key.ts'
import { Attempt, TestResult, Timings } from '@timbre/contract/attempt.ts'
import { AuditEntry } from '@timbre/contract/audit-entry.ts'
import {
  Call,
  CallAttempt,
  CallDelivery,
  CallDetail,
  CallEvent,
  CallSignal,
  DeliveryCounts,
} from '@timbre/contract/call.ts'
import { Delivery, DeliverySummary, EventDetail } from '@timbre/contract/delivery.ts'
import { DeliveryGap } from '@timbre/contract/delivery-stream.ts'
import { Erasure, ErasureCreate } from '@timbre/contract/erasure.ts'
import {
  AcceptedEvent,
  AcceptedEventBatch,
  EventPublish,
  EventPublishBatch,
  EventSummary,
  SkippedWebhook,
} from '@timbre/contract/event.ts'
import {
  EventType,
  EventTypeCheck,
  EventTypeCreate,
  EventTypeUpdate,
  EventTypeVerdict,
} from '@timbre/contract/event-type.ts'
import { Health } from '@timbre/contract/health.ts'
import {
  BusyWorkspace,
  BusyWorkspaces,
  CauseCount,
  Instance,
  InstanceBacklog,
  InstanceNode,
  InstanceSetting,
  InstanceStatistics,
  QueuedBy,
  StorageUse,
  WebhookBacklog,
} from '@timbre/contract/instance.ts'
import { HistoryMeta, PageMeta } from '@timbre/contract/page.ts'
import { CreatedPortalSession, PortalSession, PortalSessionCreate } from '@timbre/contract/portal-session.ts'
import {
  ExtendedLease,
  LeaseExtension,
  Pull,
  PulledDeliveries,
  PulledDelivery,
  PullResult,
  PullResults,
  RecordedResult,
  RecordedResults,
} from '@timbre/contract/pull.ts'
import { Replay, ReplayCreate } from '@timbre/contract/replay.ts'
import { ROUTES, type Route } from '@timbre/contract/routes.ts'
import { Session, SessionCreate } from '@timbre/contract/session.ts'
import {
  RefusedRequest,
  RefusedRequests,
  Source,
  SourceCreate,
  SourceFields,
  SourceTest,
  SourceUpdate,
  SourceVerification,
} from '@timbre/contract/source.ts'
import { Signals, SourceTestResult } from '@timbre/contract/source-test.ts'
import {
  Backlog,
  LatencyQuantiles,
  Statistics,
  StatisticsBucket,
  StatisticsCounts,
} from '@timbre/contract/statistics.ts'

import { Subscription, SubscriptionCreate, SubscriptionUpdate } from '@timbre/contract/subscription.ts'
import {
  ReceivedCleared,
  ReceivedGap,
  ReceivedRequest,
  TestReceiver,
  TestReceiverCreate,
} from '@timbre/contract/test-receiver.ts'
import {
  CreatedWebhook,
  RotatedSecret,
  SecretRotate,
  Webhook,
  WebhookCreate,
  WebhookSecret,
  WebhookTest,
  WebhookUpdate,
} from '@timbre/contract/webhook.ts'
import { FailingCause, HealthChange, WebhookHealth } from '@timbre/contract/webhook-health.ts'
import { Workspace, WorkspaceCreate, WorkspaceUpdate } from '@timbre/contract/workspace.ts'
import { enumName, enumSchemas } from './enums.ts'
import { EXAMPLES, listExample } from './examples.ts'
import { propertyNote } from './property-notes.ts'

type Json = Readonly<Record<string, unknown>>

const NAMED: Readonly<Record<string, object>> = {
  Webhook,
  CreatedWebhook,
  WebhookCreate,
  WebhookUpdate,
  RotatedSecret,
  WebhookSecret,
  WebhookTest,
  WebhookHealth,
  FailingCause,
  HealthChange,
  SecretRotate,
  TestResult,
  Subscription,
  SubscriptionCreate,
  SubscriptionUpdate,
  EventType,
  EventTypeCreate,
  EventTypeUpdate,
  EventTypeCheck,
  EventTypeVerdict,
  EventPublish,
  EventPublishBatch,
  AcceptedEvent,
  AcceptedEventBatch,
  SkippedWebhook,
  EventSummary,
  EventDetail,
  Call,
  CallDetail,
  CallSignal,
  CallEvent,
  CallDelivery,
  CallAttempt,
  DeliveryCounts,
  Erasure,
  ErasureCreate,
  Delivery,
  DeliverySummary,
  DeliveryGap,
  Attempt,
  Timings,
  Replay,
  ReplayCreate,
  Pull,
  PulledDelivery,
  PulledDeliveries,
  PullResult,
  PullResults,
  RecordedResult,
  RecordedResults,
  LeaseExtension,
  ExtendedLease,
  Statistics,
  StatisticsBucket,
  StatisticsCounts,
  LatencyQuantiles,
  Backlog,
  Source,
  SourceCreate,
  SourceUpdate,
  SourceVerification,
  SourceFields,
  RefusedRequest,
  RefusedRequests,
  Signals,
  SourceTest,
  SourceTestResult,
  ApiKey,
  ApiKeyCreate,
  CreatedApiKey,
  PortalSession,
  PortalSessionCreate,
  CreatedPortalSession,
  Session,
  SessionCreate,
  TestReceiver,
  TestReceiverCreate,
  ReceivedCleared,
  ReceivedGap,
  ReceivedRequest,
  Workspace,
  WorkspaceCreate,
  WorkspaceUpdate,
  AuditEntry,
  Instance,
  InstanceNode,
  StorageUse,
  InstanceSetting,
  InstanceStatistics,
  CauseCount,
  InstanceBacklog,
  QueuedBy,
  WebhookBacklog,
  BusyWorkspaces,
  BusyWorkspace,
  Health,
  PageMeta,
  HistoryMeta,
}

const NAMES = new Map(Object.entries(NAMED).map(([name, schema]) => [schema, name]))

interface ListSchema {
  readonly properties: { readonly data: { readonly items: object }; readonly meta: object }
}

/** The responses that are lists, by the component of their rows: several routes may have the same. */
const LISTS = new Map<
  object,
  { readonly name: string; readonly item: string; readonly meta: 'PageMeta' | 'HistoryMeta' }
>()
for (const { response } of Object.values(ROUTES) as Route[]) {
  const { properties } = (response ?? {}) as Partial<ListSchema>
  const item = NAMES.get(properties?.data?.items ?? {})
  if (response === undefined || properties?.meta === undefined || item === undefined) continue
  const meta = properties.meta === PageMeta ? 'PageMeta' : 'HistoryMeta'
  LISTS.set(response, { name: `${item}List`, item, meta })
}

/** `components.schemas`: the named schemas, the lists of words, and the form of every error. */
export function componentSchemas(): Record<string, unknown> {
  const lists = [...LISTS].map(([schema, { name }]) => [name, membersOf(schema, name)])
  const named = Object.entries(NAMED).map(([name, schema]) => [name, membersOf(schema, name)])
  return { ...Object.fromEntries([...named, ...lists]), ...enumSchemas(), ...problemSchemas() }
}

/** An example of a body; undefined: there is none. */
export function exampleOf(schema: object): object | undefined {
  const list = LISTS.get(schema)
  return list === undefined ? EXAMPLES[NAMES.get(schema) ?? ''] : listExample(list.item, list.meta)
}

/** A schema as plain JSON, in which every named schema is a reference. */
export function schemaReference(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null) return schema
  if (Array.isArray(schema)) return schema.map(schemaReference)
  const name = NAMES.get(schema) ?? LISTS.get(schema)?.name
  if (name !== undefined) return { $ref: `#/components/schemas/${name}` }
  const members = membersOf(schema)
  return nullable(members) ?? withNamedWords(members)
}

/** @param component whose properties are described where their schemas say nothing */
function membersOf(schema: object, component?: string): Record<string, unknown> {
  const members = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, memberOf(key, value)]))
  const { properties } = members as { properties?: Record<string, Json> }
  return component === undefined || properties === undefined
    ? members
    : { ...members, properties: describedProperties(component, properties) }
}

/** The names of properties are no keywords, and examples no schemas. */
function memberOf(key: string, value: unknown): unknown {
  if (key === 'examples') return value
  if (key !== 'properties') return schemaReference(value)
  return Object.fromEntries(Object.entries(value as object).map(([name, one]) => [name, schemaReference(one)]))
}

function describedProperties(component: string, properties: Readonly<Record<string, Json>>): Json {
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => {
      const description = property['description'] ?? propertyNote(component, name)
      return [
        name,
        { ...property, ...(description === undefined ? {} : { description }), ...inputFormat(component, name) },
      ]
    }),
  )
}

/** The seed's word. Our own validation asks for more (contract/src/webhook-url.ts). */
function inputFormat(component: string, property: string): Json {
  return property === 'url' && component.startsWith('Webhook') ? { format: 'uri' } : {}
}

/** `type: [string, "null"]` in place of `anyOf` with null, which reads better in every tool. */
function nullable({ anyOf, ...outer }: Json): Json | undefined {
  if (!Array.isArray(anyOf) || anyOf.length !== 2 || anyOf[1]?.type !== 'null') return undefined
  const { type, ...inner } = anyOf[0] as Json
  if (typeof type !== 'string') return undefined
  return { ...inner, ...outer, type: [type, 'null'] }
}

function withNamedWords({ enum: words, type, ...more }: Json): Json {
  const name = words === undefined ? undefined : enumName(words)
  if (name !== undefined) return { $ref: `#/components/schemas/${name}`, ...more }
  return { ...(type === undefined ? {} : { type }), ...(words === undefined ? {} : { enum: words }), ...more }
}

function problemSchemas(): Json {
  const issue = {
    type: 'object',
    required: ['path', 'message'],
    properties: describedProperties('Issue', { path: { type: 'string' }, message: { type: 'string' } }),
  }
  const issues = { type: 'array', items: { $ref: '#/components/schemas/Issue' }, description: 'Each invalid field' }
  const problem = {
    type: 'object',
    description: 'Every error has this form',
    required: ['code', 'message', 'details'],
    properties: describedProperties('Problem', {
      code: { $ref: '#/components/schemas/ErrorCode' },
      message: { type: 'string', description: 'What was wrong and what to do' },
      details: { type: 'object', properties: { issues }, additionalProperties: true },
    }),
  }
  return { Issue: issue, Problem: problem }
}
