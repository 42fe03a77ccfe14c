// Owns which thread validates: what is quick is never behind what is not, and workspaces take turns in both.
import { Refusal } from '@timbre/contract/errors.ts'
import { EVENT_STEPS_MAX } from '../bounds.ts'
import type { Verdict } from '../validate.ts'
import type { OrderItem, SchemaOrder, SchemaReply } from './messages.ts'
import { SchemaThread, type SchemaThreadOptions } from './schema-thread.ts'

export interface ThreadItem {
  readonly schemaText: string
  /** The value as JSON. */
  readonly text: string
  readonly pointer: string
}

/** Some 20 ms: so long is one turn of a workspace. */
const SLICE_STEPS = 200_000
/** Of values and documents in one order, so that what is copied for it is bounded. */
const ORDER_TEXT_LENGTH_MAX = 256 * 1024
const WAITING_PER_WORKSPACE_MAX = 100
const RETRY_AFTER_SECONDS = 1
const NO_VERDICT = {
  en: 'could not be validated with this schema within the limits of memory and time',
  es: 'no se pudo validar con este esquema dentro de los límites de memoria y tiempo',
}

export class SchemaThreads {
  readonly #quick: SchemaThread
  /** For events that take longer than a slice. */
  readonly #slow: SchemaThread

  constructor(options: SchemaThreadOptions) {
    this.#quick = new SchemaThread(options)
    this.#slow = new SchemaThread(options)
  }

  async stop(): Promise<void> {
    await Promise.all([this.#quick.stop(), this.#slow.stop()])
  }

  /**
   * The verdicts of the first items, of one at least. Throws INVALID_EVENT_TYPE_SCHEMA, TOO_MANY_REQUESTS, for the first.
   * @param items one or more
   */
  async validate(workspaceId: string, items: readonly ThreadItem[], stepsLeft: number): Promise<readonly Verdict[]> {
    const several = await run(this.#quick, workspaceId, orderOf(items, stepsLeft, SLICE_STEPS))
    if (several !== undefined && several.verdicts.length > 0) return several.verdicts
    // Longer than a slice, or the end of the thread: alone, where it is in nobody's way.
    const first = items.slice(0, 1)
    const one = await run(this.#slow, workspaceId, orderOf(first, stepsLeft, EVENT_STEPS_MAX))
    if (one !== undefined && one.verdicts.length > 0) return one.verdicts
    return first.map(({ pointer }) => ({ findings: [{ path: pointer, ...NO_VERDICT }], steps: 0, isCut: true }))
  }
}

async function run(thread: SchemaThread, workspaceId: string, order: SchemaOrder): Promise<SchemaReply | undefined> {
  if (thread.waitingOf(workspaceId) >= WAITING_PER_WORKSPACE_MAX)
    throw new Refusal('TOO_MANY_REQUESTS', { retryAfterSeconds: RETRY_AFTER_SECONDS })
  const reply = await thread.run(workspaceId, order)
  if (reply?.refused !== undefined && reply.verdicts.length === 0)
    throw new Refusal('INVALID_EVENT_TYPE_SCHEMA', { ...reply.refused })
  return reply
}

/** As many of the items as fit, the first in any case; each document once. */
function orderOf(items: readonly ThreadItem[], stepsLeft: number, sliceSteps: number): SchemaOrder {
  const schemas = new Map<string, number>()
  const taken: OrderItem[] = []
  let length = 0
  for (const { schemaText, text, pointer } of items) {
    const schema = schemas.get(schemaText) ?? schemas.size
    length += text.length + (schema === schemas.size ? schemaText.length : 0)
    if (taken.length > 0 && length > ORDER_TEXT_LENGTH_MAX) break
    schemas.set(schemaText, schema)
    taken.push({ schema, text, pointer })
  }
  return { schemas: [...schemas.keys()], items: taken, stepsLeft, sliceSteps }
}
