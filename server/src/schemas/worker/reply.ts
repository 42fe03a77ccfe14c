// Owns what an order is answered with, in the thread that validates.
import { Refusal } from '@timbre/contract/errors.ts'
import type { Finding } from '../finding.ts'
import type { SchemaReason } from '../keyword.ts'
import { validate } from '../validate.ts'
import type { CompileCache } from './compile-cache.ts'
import type { SchemaOrder, SchemaReply } from './messages.ts'

export function replyTo({ schemaText, value }: SchemaOrder, cache: CompileCache): SchemaReply {
  try {
    const schema = cache.compile(schemaText)
    if (value === undefined) return { kind: 'usable', verdict: undefined }
    return { kind: 'usable', verdict: validate(schema, JSON.parse(value.text), value.pointer, value.stepsMax) }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    // keyword.ts is where schemas are refused, and what it puts in.
    const { reason, findings } = error.details as { reason: SchemaReason; findings: readonly Finding[] }
    return { kind: 'refused', reason, findings }
  }
}
