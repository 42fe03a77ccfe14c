// Owns the messages that run a prepared statement, written as one piece: the driver writes each by itself and copies what is
// long again and again while it grows. Reading the result is the driver's.
// https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY
import assert from 'node:assert/strict'
import pg from 'pg'
import { type ElementType, writeArray } from './array-parameter.ts'
import { LENGTH_BYTES, MessageBuffer, NULL_LENGTH } from './message-buffer.ts'
import type { Statement } from './statement.ts'

/** `unnest` takes a column as an array. */
export type Value = string | number | null | readonly (string | number | null)[]

const TEXT_FORMAT = 0
const BINARY_FORMAT = 1

/** A plan is made anew after so many more rows at the latest: with a month of partitions it takes milliseconds. */
const ROWS_PER_PLAN_MAX = 65_536

const target = new MessageBuffer()

interface Plan {
  /** That the statement was given on this connection, in all. */
  rows: number
  /** With so many the plan is made anew. */
  renewAt: number
}

/**
 * By statement, what each connection has prepared. A plan is made for a table as large as it is at that moment: one that was nearly
 * empty is best read whole, for every row that is looked for, and an hour later that is the end of the database. So a plan
 * is not kept for more than twice the rows it was made after (docs/decisions/0033).
 */
const plans = new WeakMap<pg.Connection, Map<string, Plan>>()

export class PreparedQuery extends pg.Query {
  declare readonly text: string
  readonly #statement: Statement<unknown>
  readonly #run: Buffer
  readonly #rows: number
  #plan: Plan | undefined

  /** @throws AssertionError a value is not what the statement says */
  constructor(statement: Statement<unknown>, values: readonly Value[]) {
    super({ name: statement.name, text: statement.text })
    this.#statement = statement
    this.#rows = rowsIn(values)
    this.#run = runMessages(statement, values)
  }

  /** Called by the driver when the connection is free. */
  override submit = (connection: pg.Connection): void => {
    if (!connection.stream.writable) return
    const plan = planOn(connection, this.#statement.name)
    const isNew = plan.rows >= plan.renewAt
    plan.rows += this.#rows
    // Until it has succeeded nobody knows whether it is prepared.
    if (isNew) plan.renewAt = 0
    this.#plan = plan
    connection.stream.write(isNew ? Buffer.concat([prepareMessages(this.#statement), this.#run]) : this.#run)
  }

  /** After it has succeeded. */
  notePrepared(): void {
    const plan = this.#plan
    if (plan?.renewAt !== 0) return
    const rowsKept = this.#statement.isPlannedOnce ? Number.POSITIVE_INFINITY : Math.min(plan.rows, ROWS_PER_PLAN_MAX)
    plan.renewAt = plan.rows + rowsKept
  }
}

function planOn(connection: pg.Connection, name: string): Plan {
  const ofConnection = plans.get(connection) ?? new Map<string, Plan>()
  plans.set(connection, ofConnection)
  const plan = ofConnection.get(name) ?? { rows: 0, renewAt: 0 }
  ofConnection.set(name, plan)
  return plan
}

function rowsIn(values: readonly Value[]): number {
  let rows = 1
  for (const value of values) if (typeof value === 'object' && value !== null) rows = Math.max(rows, value.length)
  return rows
}

function prepareMessages({ name, text }: Statement<unknown>): Buffer {
  return target.written(() => {
    // Nobody minds when there is none to close.
    message('C', () => cString(`S${name}`))
    message('P', () => {
      cString(name)
      cString(text)
      target.int16(0)
    })
  })
}

function runMessages(statement: Statement<unknown>, values: readonly Value[]): Buffer {
  return target.written(() => {
    message('B', () => writeBind(statement, values))
    message('D', () => cString('P'))
    message('E', () => {
      cString('')
      target.int32(0)
    })
    message('S', () => {})
  })
}

function writeBind({ name, arrays }: Statement<unknown>, values: readonly Value[]): void {
  cString('')
  cString(name)
  target.int16(values.length)
  for (const value of values) target.int16(typeof value === 'object' && value !== null ? BINARY_FORMAT : TEXT_FORMAT)
  target.int16(values.length)
  for (const [index, value] of values.entries()) writeValue(value, arrays.get(index))
  // All columns of the result.
  target.int16(1)
  target.int16(TEXT_FORMAT)
}

function writeValue(value: Value, type: ElementType | undefined): void {
  const at = target.length
  target.int32(NULL_LENGTH)
  if (value === null) return
  if (typeof value === 'object') {
    assert(type !== undefined, 'the statement casts an array to its type')
    writeArray(target, type, value)
  } else target.text(String(value))
  target.setInt32(at, target.length - at - LENGTH_BYTES)
}

/** @param code what kind of message; its length comes before its content */
function message(code: string, writeContent: () => void): void {
  target.byte(code.charCodeAt(0))
  const at = target.length
  target.int32(0)
  writeContent()
  target.setInt32(at, target.length - at)
}

function cString(text: string): void {
  target.text(text)
  target.byte(0)
}
