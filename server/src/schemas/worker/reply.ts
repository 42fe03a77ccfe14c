// Owns what an order is answered with, in a thread that validates.

import assert from 'node:assert/strict'
import { Refusal } from '@timbre/contract/errors.ts'
import { parseJson } from '../../platform/json/parse-json.ts'
import { EVENT_STEPS_MAX } from '../bounds.ts'
import type { Finding } from '../finding.ts'
import type { SchemaReason } from '../keyword.ts'
import { type Verdict, validate } from '../validate.ts'
import type { CompileCache } from './compile-cache.ts'
import type { OrderItem, SchemaOrder, SchemaReply } from './messages.ts'

export function replyTo(order: SchemaOrder, cache: CompileCache): SchemaReply {
  const verdicts: Verdict[] = []
  try {
    runItems(order, cache, verdicts)
    return { verdicts }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    // keyword.ts is where schemas are refused, and what it puts in.
    const { reason, findings } = error.details as { reason: SchemaReason; findings: readonly Finding[] }
    return { verdicts, refused: { reason, findings } }
  }
}

function runItems({ schemas, items, ...limits }: SchemaOrder, cache: CompileCache, verdicts: Verdict[]): void {
  let { stepsLeft, sliceSteps } = limits
  const run = ({ schema, text, pointer }: OrderItem, stepsMax: number): Verdict => {
    const document = schemas[schema]
    assert(document !== undefined, 'an item names a document of its order')
    return validate(cache.compile(document), parseJson(text), pointer, Math.min(stepsMax, sliceSteps))
  }
  for (const item of items) {
    const stepsMax = Math.min(EVENT_STEPS_MAX, stepsLeft)
    const verdict = run(item, stepsMax)
    // Cut off by the slice and not by its own bound: it has no verdict yet.
    if (verdict.isCut && sliceSteps < stepsMax) return
    verdicts.push(verdict)
    stepsLeft -= verdict.steps
    sliceSteps -= verdict.steps
    if (verdict.findings.length > 0 || sliceSteps <= 0) return
  }
}
