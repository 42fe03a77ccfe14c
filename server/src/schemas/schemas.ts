// Owns the schemas that workspaces wrote, for the rest of the server: whether one can be used, and what it says of a value.
// Must never run one for longer than a few milliseconds on this thread, nor let a workspace hold up another.
import assert from 'node:assert/strict'
import { Refusal } from '@timbre/contract/errors.ts'
import type { Clock } from '../platform/clock.ts'
import type { EventLoop } from '../platform/event-loop.ts'
import { EVENT_STEPS_MAX, REQUEST_STEPS_MAX } from './bounds.ts'
import { compileSchema } from './compile-schema.ts'
import type { CompiledSchema } from './compiled-schema.ts'
import type { Finding } from './finding.ts'
import { makeHandle, type SchemaHandle } from './schema-handle.ts'
import { TurnAllowance } from './turn-allowance.ts'
import { type Verdict, validate } from './validate.ts'
import type { SchemaOrder, SchemaReply } from './worker/messages.ts'
import { SchemaThread } from './worker/schema-thread.ts'

export type { SchemaReason } from './keyword.ts'
export type { SchemaHandle } from './schema-handle.ts'
export { handleBytes, makeHandle } from './schema-handle.ts'

export interface SchemasDependencies {
  readonly clock: Clock
  readonly loop: Pick<EventLoop, 'turnEnd'>
  /** The thread that validates has ended and is begun anew. */
  readonly onThreadDeath: (error: Error) => void
}

export interface ValueToValidate {
  readonly value: unknown
  /** The same as JSON, for the thread. */
  readonly text: string
  /** Begins the path of every finding. */
  readonly pointer: string
}

/** Larger documents are compiled and used in the thread only. */
const INLINE_TEXT_LENGTH_MAX = 8192
/** Compiling takes about 0.3 µs for a character. */
const COMPILE_STEPS_PER_CHARACTER = 4
const WAITING_PER_WORKSPACE_MAX = 100
const RETRY_AFTER_SECONDS = 1
const NO_VERDICT = {
  en: 'could not be validated with this schema within the limits of memory and time',
  es: 'no se pudo validar con este esquema dentro de los límites de memoria y tiempo',
}

export class Schemas {
  readonly #allowance: TurnAllowance
  readonly #thread: SchemaThread

  constructor({ clock, loop, onThreadDeath }: SchemasDependencies) {
    this.#allowance = new TurnAllowance(loop)
    this.#thread = new SchemaThread({ clock, onDeath: onThreadDeath })
  }

  /** Resolves when the schema can be used. Throws INVALID_EVENT_TYPE_SCHEMA, TOO_MANY_REQUESTS. */
  async check(workspaceId: string, document: object): Promise<SchemaHandle> {
    const handle = makeHandle(document)
    if (this.#compiledHere(workspaceId, handle) === undefined) {
      const reply = await this.#inThread(workspaceId, { schemaText: handle.text })
      if (reply === undefined) throw new Refusal('INVALID_EVENT_TYPE_SCHEMA', { reason: 'schema_too_complex' })
    }
    return handle
  }

  /** One request of a workspace: what it validates shares one budget. */
  request(workspaceId: string): SchemaRequest {
    return new SchemaRequest(this, workspaceId)
  }

  /** Ends the thread. What waits for it gets no verdict. */
  stop(): Promise<void> {
    return this.#thread.stop()
  }

  /** The verdict where this thread may give it; undefined where the other has to. Throws INVALID_EVENT_TYPE_SCHEMA. */
  validateHere(
    workspaceId: string,
    handle: SchemaHandle,
    { value, pointer }: ValueToValidate,
    stepsMax: number,
  ): Verdict | undefined {
    const compiled = this.#compiledHere(workspaceId, handle)
    const allowed = this.#allowance.leftFor(workspaceId)
    if (compiled === undefined || allowed <= 0) return undefined
    const verdict = validate(compiled, value, pointer, Math.min(allowed, stepsMax))
    this.#allowance.spend(workspaceId, verdict.steps)
    return verdict.isCut && allowed < stepsMax ? undefined : verdict
  }

  /** Throws INVALID_EVENT_TYPE_SCHEMA, TOO_MANY_REQUESTS. */
  async validateInThread(
    workspaceId: string,
    handle: SchemaHandle,
    { text, pointer }: ValueToValidate,
    stepsMax: number,
  ): Promise<Verdict> {
    const reply = await this.#inThread(workspaceId, { schemaText: handle.text, value: { text, pointer, stepsMax } })
    if (reply === undefined) return { findings: [{ path: pointer, ...NO_VERDICT }], steps: stepsMax, isCut: true }
    assert(reply.verdict !== undefined, 'a value that was sent gets a verdict')
    return reply.verdict
  }

  #compiledHere(workspaceId: string, handle: SchemaHandle): CompiledSchema | undefined {
    if (handle.compiled === undefined) {
      const steps = handle.text.length * COMPILE_STEPS_PER_CHARACTER
      if (handle.text.length > INLINE_TEXT_LENGTH_MAX || this.#allowance.leftFor(workspaceId) < steps) return undefined
      this.#allowance.spend(workspaceId, steps)
      handle.compiled = compiledOrRefused(handle.text)
    }
    if (handle.compiled instanceof Refusal) throw handle.compiled
    return handle.compiled
  }

  /** Undefined: it could not be done. Throws INVALID_EVENT_TYPE_SCHEMA, TOO_MANY_REQUESTS. */
  async #inThread(
    workspaceId: string,
    order: SchemaOrder,
  ): Promise<Extract<SchemaReply, { kind: 'usable' }> | undefined> {
    if (this.#thread.waitingOf(workspaceId) >= WAITING_PER_WORKSPACE_MAX)
      throw new Refusal('TOO_MANY_REQUESTS', { retryAfterSeconds: RETRY_AFTER_SECONDS })
    const reply = await this.#thread.run(workspaceId, order)
    if (reply?.kind !== 'refused') return reply
    throw new Refusal('INVALID_EVENT_TYPE_SCHEMA', { reason: reply.reason, findings: reply.findings })
  }
}

function compiledOrRefused(text: string): CompiledSchema | Refusal {
  try {
    return compileSchema(JSON.parse(text))
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}

/** What one request publishes: its events one after another, within one budget. */
export class SchemaRequest {
  readonly #schemas: Schemas
  readonly #workspaceId: string
  #stepsLeft = REQUEST_STEPS_MAX

  constructor(schemas: Schemas, workspaceId: string) {
    this.#schemas = schemas
    this.#workspaceId = workspaceId
  }

  /**
   * What is wrong with a value; empty when nothing is. A promise only where it takes longer.
   * Throws INVALID_EVENT_TYPE_SCHEMA, TOO_MANY_REQUESTS.
   */
  validate(handle: SchemaHandle, value: ValueToValidate): readonly Finding[] | Promise<readonly Finding[]> {
    const stepsMax = Math.min(EVENT_STEPS_MAX, this.#stepsLeft)
    const verdict = this.#schemas.validateHere(this.#workspaceId, handle, value, stepsMax)
    return verdict === undefined ? this.#validateInThread(handle, value, stepsMax) : this.#taken(verdict)
  }

  async #validateInThread(handle: SchemaHandle, value: ValueToValidate, stepsMax: number): Promise<readonly Finding[]> {
    return this.#taken(await this.#schemas.validateInThread(this.#workspaceId, handle, value, stepsMax))
  }

  #taken({ steps, findings }: Verdict): readonly Finding[] {
    this.#stepsLeft -= steps
    return findings
  }
}
