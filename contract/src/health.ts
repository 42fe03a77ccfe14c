// Owns the answers of the health checks.
import Type from 'typebox'
import { Words } from './schema.ts'

export const Health = Type.Object({ status: Words(['ok', 'starting', 'stopping']), version: Type.String() })
export type Health = Type.Static<typeof Health>
