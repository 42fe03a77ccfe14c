// Owns which schemas of the contract have a name in the document, and how the others refer to them.
import { ApiKey, ApiKeyCreate, CreatedApiKey } from '@timbre/contract/api-key.ts'
import { Attempt, TestResult } from '@timbre/contract/attempt.ts'
import { AuditEntry } from '@timbre/contract/audit-entry.ts'
import { Delivery, DeliverySummary, EventDetail } from '@timbre/contract/delivery.ts'
import { Erasure, ErasureCreate } from '@timbre/contract/erasure.ts'
import type { ErrorRow } from '@timbre/contract/errors.ts'
import {
  AcceptedEvent,
  AcceptedEventBatch,
  EventPublish,
  EventPublishBatch,
  EventSummary,
  SkippedWebhook,
} from '@timbre/contract/event.ts'
import { EventType, EventTypeCreate, EventTypeUpdate } from '@timbre/contract/event-type.ts'
import { Health } from '@timbre/contract/health.ts'
import { HistoryMeta, PageMeta } from '@timbre/contract/page.ts'
import { Replay, ReplayCreate } from '@timbre/contract/replay.ts'
import {
  SUBSCRIPTION_EXAMPLE,
  Subscription,
  SubscriptionCreate,
  SubscriptionUpdate,
} from '@timbre/contract/subscription.ts'
import {
  CreatedWebhook,
  RotatedSecret,
  SecretRotate,
  WEBHOOK_EXAMPLE,
  Webhook,
  WebhookCreate,
  WebhookSecret,
  WebhookTest,
  WebhookUpdate,
} from '@timbre/contract/webhook.ts'
import { Workspace, WorkspaceCreate, WorkspaceUpdate } from '@timbre/contract/workspace.ts'

const NAMED: Readonly<Record<string, object>> = {
  Webhook,
  CreatedWebhook,
  WebhookCreate,
  WebhookUpdate,
  RotatedSecret,
  WebhookSecret,
  WebhookTest,
  SecretRotate,
  TestResult,
  Subscription,
  SubscriptionCreate,
  SubscriptionUpdate,
  EventType,
  EventTypeCreate,
  EventTypeUpdate,
  EventPublish,
  EventPublishBatch,
  AcceptedEvent,
  AcceptedEventBatch,
  SkippedWebhook,
  EventSummary,
  EventDetail,
  Erasure,
  ErasureCreate,
  Delivery,
  DeliverySummary,
  Attempt,
  Replay,
  ReplayCreate,
  ApiKey,
  ApiKeyCreate,
  CreatedApiKey,
  Workspace,
  WorkspaceCreate,
  WorkspaceUpdate,
  AuditEntry,
  Health,
  PageMeta,
  HistoryMeta,
}

const EXAMPLES: Readonly<Record<string, object>> = { Webhook: WEBHOOK_EXAMPLE, Subscription: SUBSCRIPTION_EXAMPLE }

const NAMES = new Map(Object.entries(NAMED).map(([name, schema]) => [schema, name]))

/** `components.schemas`: the named schemas, and the form of every error. */
export function componentSchemas(errors: Readonly<Record<string, ErrorRow>>): Record<string, unknown> {
  const named = Object.entries(NAMED).map(([name, schema]) => {
    const members = membersWithReferences(schema)
    return [name, EXAMPLES[name] === undefined ? members : { ...members, examples: [EXAMPLES[name]] }]
  })
  return { ...Object.fromEntries(named), Problem: problemSchema(Object.keys(errors)) }
}

/** A schema as plain JSON, in which every named schema is a reference. */
export function schemaReference(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null) return schema
  if (Array.isArray(schema)) return schema.map(schemaReference)
  const name = NAMES.get(schema)
  return name === undefined ? membersWithReferences(schema) : { $ref: `#/components/schemas/${name}` }
}

function membersWithReferences(schema: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, schemaReference(value)]))
}

function problemSchema(codes: readonly string[]): object {
  const issue = {
    type: 'object',
    required: ['path', 'message'],
    properties: { path: { type: 'string' }, message: { type: 'string' } },
  }
  return {
    type: 'object',
    required: ['code', 'message', 'details'],
    properties: {
      code: { type: 'string', enum: codes },
      message: { type: 'string', description: 'What was wrong and what to do' },
      details: { type: 'object', properties: { issues: { type: 'array', items: issue } }, additionalProperties: true },
    },
  }
}
