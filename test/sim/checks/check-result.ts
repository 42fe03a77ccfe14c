// Owns the check of what is recorded: that the receiver answered so, under a valid lease, and what follows from it.
// Says once more, and in other words than decide.ts, what CONTRACT §3 asks for.
import type { AttemptResult } from '@timbre/server/storage/storage.ts'
import type { Answer, DeliveryHistory } from '../delivery-history.ts'
import type { Ledger } from '../ledger.ts'
import { expectedTrigger } from './check-claim.ts'

const RETRY_AFTER_MS_MAX = 10 * 3_600_000

/** To be called before the ledger takes note of the result. */
export function checkResult(ledger: Ledger, history: DeliveryHistory, result: AttemptResult, isWritten: boolean): void {
  const { trace } = ledger
  const { attempt, lease } = result
  const { id } = history
  const isValid = history.status === 'sending' && history.leaseToken === lease.leaseToken
  if (isWritten && !isValid) {
    trace.violate(`a result of ${id} was recorded under a lease that was lost`)
    return
  }
  if (!isWritten && isValid) {
    trace.violate(`a result of ${id} was fenced off although its lease is valid`)
    return
  }
  if (!isWritten) return
  if (attempt.number !== history.attempts + 1) trace.violate(`${id} has attempt ${attempt.number} out of sequence`)
  const trigger = expectedTrigger(history)
  if (attempt.trigger !== trigger)
    trace.violate(`an attempt of ${id} was recorded as ${attempt.trigger}, not ${trigger}`)
  const answers = history.answers.filter(
    ({ status, kind }) => status === attempt.responseStatus && kind === attempt.outcome,
  )
  if (answers.length === 0) {
    trace.violate(`an attempt of ${id} was recorded that its receiver never answered so`)
    return
  }
  const problems = answers.map((answer) => problemOf(ledger, history, result, answer))
  const [problem] = problems
  if (typeof problem === 'string' && problems.every((one) => one !== undefined)) trace.violate(`${id}: ${problem}`)
}

/** What is wrong with the result if it follows from this answer. */
function problemOf(
  ledger: Ledger,
  history: DeliveryHistory,
  result: AttemptResult,
  answer: Answer,
): string | undefined {
  const problems = answer.schedules.map((schedule) => problemUnder(ledger, schedule, history, result, answer))
  return problems.includes(undefined) ? undefined : problems[0]
}

function problemUnder(
  { swarm }: Ledger,
  schedule: readonly number[],
  history: DeliveryHistory,
  { status, nextAttemptAt, disableWebhook }: AttemptResult,
  answer: Answer,
): string | undefined {
  const automatic = expectedTrigger(history) === 'automatic' ? 1 : 0
  const delayS = schedule[history.scheduledAttempts + automatic]
  const wanted = wantedStatus(history, answer, delayS !== undefined)
  if (status !== wanted) return `after ${answer.status ?? answer.kind} it is ${status}, not ${wanted}`
  const isGone = answer.status === 410
  if ((disableWebhook === 'gone') !== isGone) return 'the webhook of a 410 was not disabled, or another one was'
  if (status !== 'queued' || delayS === undefined)
    return nextAttemptAt === null ? undefined : 'it ended and is due again'
  const floor = Math.min(answer.retryAfterMs, RETRY_AFTER_MS_MAX)
  const earliest = Math.max(delayS * 1000 * (1 - swarm.jitter), floor) - 1
  const latest = Math.max(delayS * 1000 * (1 + swarm.jitter), floor) + 1
  const delay = (nextAttemptAt ?? 0) - answer.wall
  if (delay >= earliest && delay <= latest) return undefined
  return `the next attempt is after ${delay} ms and should be between ${earliest} and ${latest}`
}

function wantedStatus(history: DeliveryHistory, answer: Answer, hasMore: boolean): AttemptResult['status'] {
  if (answer.status !== null && answer.status >= 200 && answer.status <= 299) return 'success'
  if (history.hasSucceeded) return 'success'
  if (answer.status === 410 || expectedTrigger(history) === 'test') return 'failed'
  return hasMore ? 'queued' : 'failed'
}
