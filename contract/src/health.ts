// Owns the responses of the health checks.
import Type from 'typebox'
import { Words } from './schema.ts'

export const Health = Type.Object({
  status: Words(['ok', 'starting', 'stopping']),
  version: Type.String(),
  warnings: Type.Optional(
    Type.Array(Type.String(), {
      description: 'What the operator has to see to before it does harm; it serves all the same',
    }),
  ),
})
export type Health = Type.Static<typeof Health>
