// Owns what crosses to a thread that validates, and back.
import type { Finding } from '../finding.ts'
import type { SchemaReason } from '../keyword.ts'
import type { Verdict } from '../validate.ts'

export interface SchemaOrder {
  /** Documents as JSON. */
  readonly schemas: readonly string[]
  /** Validated in this order, up to the first that is not valid. */
  readonly items: readonly OrderItem[]
  /** What their request may still take. */
  readonly stepsLeft: number
  /** After so many steps the thread turns to others; what is not finished then is not in the reply. */
  readonly sliceSteps: number
}

export interface OrderItem {
  /** Index of the document. */
  readonly schema: number
  /** The value as JSON. */
  readonly text: string
  readonly pointer: string
}

export interface SchemaReply {
  /** Of the first items. */
  readonly verdicts: readonly Verdict[]
  /** Why the schema of the item behind them cannot be used. */
  readonly refused?: { readonly reason: SchemaReason; readonly findings: readonly Finding[] }
}
