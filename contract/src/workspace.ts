// Owns the workspace: one tenant. Made and listed with the admin key only.
import Type from 'typebox'
import { Closed, Time, Uuid } from './schema.ts'

const Name = Type.String({ minLength: 1, maxLength: 120 })

export const WorkspaceCreate = Closed({ name: Name })
export type WorkspaceCreate = Type.Static<typeof WorkspaceCreate>

export const WorkspaceUpdate = Closed({ name: Type.Optional(Name) })
export type WorkspaceUpdate = Type.Static<typeof WorkspaceUpdate>

export const Workspace = Type.Object({ id: Uuid, name: Type.String(), createdAt: Time })
export type Workspace = Type.Static<typeof Workspace>
