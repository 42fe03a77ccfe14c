// Owns the messages that run a prepared statement, written as one piece: the driver writes each by itself and copies what is
// long again and again while it grows. Reading the answer is the driver's.
// https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY
import assert from 'node:assert/strict'
import pg from 'pg'
import { type ElementType, writeArray } from './array-parameter.ts'
import { MessageBuffer } from './message-buffer.ts'
import type { Statement } from './statement.ts'

/** `unnest` takes a column as an array. */
export type Value = string | number | null | readonly (string | number | null)[]

const TEXT_FORMAT = 0
const BINARY_FORMAT = 1
const NULL_LENGTH = -1

const target = new MessageBuffer()
/** What each connection has prepared. A first run that failed may have prepared it or not. */
const prepared = new WeakMap<pg.Connection, Set<string>>()

export class PreparedQuery extends pg.Query {
  declare readonly text: string
  readonly #statement: Statement<unknown>
  readonly #run: Buffer
  #connection: pg.Connection | undefined

  /** @throws AssertionError a value is not what the statement says */
  constructor(statement: Statement<unknown>, values: readonly Value[]) {
    super({ name: statement.name, text: statement.text })
    this.#statement = statement
    this.#run = runMessages(statement, values)
  }

  /** Called by the driver when the connection is free. */
  override submit = (connection: pg.Connection): void => {
    this.#connection = connection
    if (!connection.stream.writable) return
    const isPrepared = prepared.get(connection)?.has(this.#statement.name) === true
    connection.stream.write(isPrepared ? this.#run : Buffer.concat([prepareMessages(this.#statement), this.#run]))
  }

  /** After it has succeeded. */
  notePrepared(): void {
    if (this.#connection === undefined) return
    const names = prepared.get(this.#connection) ?? new Set()
    prepared.set(this.#connection, names.add(this.#statement.name))
  }
}

function prepareMessages({ name, text }: Statement<unknown>): Buffer {
  // Nobody minds when there is none to close.
  message('C', () => cString(`S${name}`))
  message('P', () => {
    cString(name)
    cString(text)
    target.int16(0)
  })
  return target.take()
}

function runMessages({ name, arrays }: Statement<unknown>, values: readonly Value[]): Buffer {
  target.length = 0
  message('B', () => {
    cString('')
    cString(name)
    target.int16(values.length)
    for (const value of values) target.int16(typeof value === 'object' && value !== null ? BINARY_FORMAT : TEXT_FORMAT)
    target.int16(values.length)
    for (const [index, value] of values.entries()) writeValue(value, arrays.get(index))
    // All columns of the answer.
    target.int16(1)
    target.int16(TEXT_FORMAT)
  })
  message('D', () => cString('P'))
  message('E', () => {
    cString('')
    target.int32(0)
  })
  message('S', () => {})
  return target.take()
}

function writeValue(value: Value, type: ElementType | undefined): void {
  const at = target.length
  target.int32(NULL_LENGTH)
  if (value === null) return
  if (typeof value === 'object') {
    assert(type !== undefined, 'the statement casts an array to its type')
    writeArray(target, type, value)
  } else target.text(String(value))
  target.setInt32(at, target.length - at - 4)
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
