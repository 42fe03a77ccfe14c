// Owns the audit entry: who changed what, when, from which address. Never what a secret or a header's value was.
import Type from 'typebox'
import { Nullable, Time, Uuid, Words } from './schema.ts'

export const AUDIT_ACTIONS = [
  'workspace.created',
  'workspace.updated',
  'api_key.created',
  'api_key.revoked',
  'webhook.created',
  'webhook.updated',
  'webhook.deleted',
  'webhook.disabled',
  'webhook.secret_revealed',
  'webhook.secret_rotated',
  'subscription.created',
  'subscription.updated',
  'subscription.deleted',
  'event_type.created',
  'event_type.updated',
  'event_type.deleted',
  'delivery.retried',
  'replay.created',
  'replay.cancelled',
  'webhook.tested',
  'call.erased',
  'portal_session.created',
  'portal_session.used',
  'portal_session.ended',
  'portal_session.all_ended',
  'session.created',
  'session.ended',
  'test_receiver.created',
  'test_receiver.updated',
  'test_receiver.deleted',
  'source.created',
  'source.updated',
  'source.deleted',
  'source.tested',
] as const
export type AuditAction = (typeof AUDIT_ACTIONS)[number]

export const AuditEntry = Type.Object({
  id: Uuid,
  workspaceId: Nullable(Uuid),
  action: Words(AUDIT_ACTIONS),
  actor: Type.String({ description: '`admin`, `service`, or the id of the API key or the portal session' }),
  targetId: Type.String({
    description:
      'Id of the thing that was changed; for an event type its key; for an erased call `sha256:` and 16 hexadecimal digits',
  }),
  changedFields: Type.Array(Type.String()),
  remoteAddress: Nullable(Type.String()),
  createdAt: Time,
})
export type AuditEntry = Type.Static<typeof AuditEntry>
