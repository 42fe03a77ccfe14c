import { Refusal } from '@timbre/contract/errors.ts'
import { describe, expect, test } from 'vitest'
import { ManualClock } from '../../../../test/support/manual-clock.ts'
import { makeLog } from '../../platform/log.ts'
import { problemOf } from './problem.ts'
import { ProblemLog } from './problem-log.ts'

const REQUEST = { id: 'req-1', method: 'POST', url: '/v1/events?callId=%2B525538808448' }
const problem = (error: unknown) => problemOf(error, { acceptLanguage: undefined, bodyBytesMax: 0 })
const REFUSED = problem(new Refusal('API_KEY_INVALID'))

function logging() {
  const lines: Record<string, unknown>[] = []
  const clock = new ManualClock()
  const log = makeLog({ level: 'info', destination: { write: (line) => void lines.push(JSON.parse(line)) } })
  return { lines, clock, problems: new ProblemLog({ log, clock }) }
}

describe('a request that is answered with an error', () => {
  test('has one line with the id of its response, and without its query', () => {
    const { lines, problems } = logging()
    problems.add(REFUSED, undefined, REQUEST)
    const { time, ...line } = lines[0] ?? {}
    const said = {
      level: 'info',
      msg: 'a request was refused',
      requestId: 'req-1',
      status: 401,
      code: 'API_KEY_INVALID',
    }
    expect(line).toEqual({ ...said, method: 'POST', path: '/v1/events' })
  })

  test('is an error in the log, with its stack, where it is a fault', () => {
    const { lines, problems } = logging()
    const error = new TypeError('odd')
    problems.add(problem(error), error, REQUEST)
    expect(lines).toMatchObject([{ level: 'error', requestId: 'req-1', status: 500, err: { message: 'odd' } }])
  })

  test('of a flood has a line a few times a second, and the next one says how many had none', async () => {
    const { lines, clock, problems } = logging()
    for (let nth = 0; nth < 5000; nth++) problems.add(REFUSED, undefined, REQUEST)
    expect(lines).toHaveLength(100)
    await clock.advance(1000)
    for (let nth = 0; nth < 5000; nth++) problems.add(REFUSED, undefined, REQUEST)
    expect(lines).toHaveLength(120)
    expect(lines[100]).toMatchObject({ unsaid: 4900 })
  })

  test('that is a fault has its line in a flood too', () => {
    const { lines, problems } = logging()
    for (let nth = 0; nth < 5000; nth++) problems.add(REFUSED, undefined, REQUEST)
    problems.add(problem(new Error('no disk')), new Error('no disk'), REQUEST)
    expect(lines.at(-1)).toMatchObject({ level: 'error' })
  })
})
