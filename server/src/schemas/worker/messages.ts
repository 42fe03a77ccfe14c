// Owns what crosses to the thread that validates and back.

import type { Finding } from '../finding.ts'
import type { SchemaReason } from '../keyword.ts'
import type { Verdict } from '../validate.ts'

export interface SchemaOrder {
  readonly schemaText: string
  /** Absent: the schema is only to be compiled. */
  readonly value?: { readonly text: string; readonly pointer: string; readonly stepsMax: number }
}

export type SchemaReply =
  | { readonly kind: 'usable'; readonly verdict: Verdict | undefined }
  | { readonly kind: 'refused'; readonly reason: SchemaReason; readonly findings: readonly Finding[] }
