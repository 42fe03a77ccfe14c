// Owns a switch by which a running server keeps statistics and the log of changes, or neither, so that it is known what they cost:
// `node --import insight-switch.ts?off=FILE` keeps neither while there is such a file. Must never be part of the server.
import { existsSync } from 'node:fs'
import { StatisticsTally } from '@timbre/server/insight/statistics/statistics-tally.ts'
import { END_ATTEMPTS } from '@timbre/server/storage/postgres/record/record-attempts.ts'
import type { Value } from '@timbre/server/storage/postgres/wire/prepared-query.ts'
import { Session } from '@timbre/server/storage/postgres/wire/session.ts'
import type { Statement } from '@timbre/server/storage/postgres/wire/statement.ts'
import { ChangeBatch } from '@timbre/server/storage/shared/change-batch.ts'

const LOOK_EVERY_MS = 100

const file = new URL(import.meta.url).searchParams.get('off') ?? ''
let isOff = false
setInterval(() => {
  isOff = existsSync(file)
}, LOOK_EVERY_MS).unref()

const { addAttempt } = StatisticsTally.prototype
StatisticsTally.prototype.addAttempt = function (...given) {
  if (!isOff) addAttempt.apply(this, given)
}
const { add } = ChangeBatch.prototype
ChangeBatch.prototype.add = function (...given) {
  if (!isOff) add.apply(this, given)
}

/** On PostgreSQL the statement that ends deliveries writes their changes: here it leaves them out. */
const WITHOUT_LOG: typeof END_ATTEMPTS = {
  ...END_ATTEMPTS,
  name: `${END_ATTEMPTS.name}_without_log`,
  text: END_ATTEMPTS.text.replace(/,\nlogged AS \(.*?\)\n(?=SELECT)/s, '\n'),
}
const { all } = Session.prototype
Session.prototype.all = function <Row>(this: Session, statement: Statement<Row>, ...values: readonly Value[]) {
  const isReplaced = isOff && statement.name === END_ATTEMPTS.name
  return Reflect.apply(all, this, [isReplaced ? WITHOUT_LOG : statement, ...values])
}
