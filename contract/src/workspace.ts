// Owns the workspace: one tenant. Made and listed with the admin key only.
import Type from 'typebox'
import { Closed, Nullable, Time, Uuid } from './schema.ts'

const Name = Type.String({ minLength: 1, maxLength: 120 })

export const RETENTION_DAYS_MAX = 3650
const RetentionDays = Nullable(Type.Integer({ minimum: 0, maximum: RETENTION_DAYS_MAX }), {
  description: 'Days that events are kept with their deliveries; 0: for ever; null: as TIMBRE_RETENTION_DAYS says',
})

export const WorkspaceCreate = Closed({ name: Name, retentionDays: Type.Optional(RetentionDays) })
export type WorkspaceCreate = Type.Static<typeof WorkspaceCreate>

export const WorkspaceUpdate = Closed({ name: Type.Optional(Name), retentionDays: Type.Optional(RetentionDays) })
export type WorkspaceUpdate = Type.Static<typeof WorkspaceUpdate>

export const Workspace = Type.Object({
  id: Uuid,
  name: Type.String(),
  retentionDays: RetentionDays,
  createdAt: Time,
})
export type Workspace = Type.Static<typeof Workspace>
