import { expect, test } from 'vitest'
import { failureSentence } from '../../engine/failure-sentence.ts'
import * as failures from '../../platform/http/failure.ts'
import type { Outcome } from '../../platform/transport.ts'
import { failureIn } from './failure-words.ts'

const isFailure = (one: unknown): one is failures.Failure =>
  typeof (one as { error?: unknown } | undefined)?.error === 'string'

const sentences = [
  ...Object.values(failures).flatMap((one) => (isFailure(one) ? [one.error] : [])),
  ...Object.values(failures.FAILURES).map(({ error }) => error),
  failures.failureOf(Object.assign(new Error(), { code: 'EWHAT' })).error,
  failures.failureOf(new Error()).error,
  failures.tlsFailure('ERR_SSL_WRONG_VERSION_NUMBER').error,
].filter((sentence) => sentence !== failures.NO_SOCKET.error)

test.each([...new Set(sentences)])('%s has its Spanish', (sentence) => {
  expect(failureIn('en', sentence)).toBe(sentence)
  const spanish = failureIn('es', sentence)
  expect(spanish).not.toBe(sentence)
  expect(spanish).not.toContain('{}')
})

test.each([200, 304, 301, 401, 404, 410, 429, 503])('so has what is said of an answer with %d', (responseStatus) => {
  const answered = { responseStatus, kind: 'answered', error: null } as Outcome
  const cut = { responseStatus, kind: 'timed_out', error: failures.NO_END_IN_TIME.error } as Outcome
  for (const outcome of [answered, cut]) {
    const spanish = failureIn('es', failureSentence(outcome))
    expect(spanish).toContain(String(responseStatus))
    expect(spanish).not.toMatch(/receiver|response|came|answer/)
  }
})

test('what is in no table, or null, stays as it is', () => {
  expect(failureIn('es', 'Something of an older version.')).toBe('Something of an older version.')
  expect(failureIn('es', null)).toBeNull()
})
