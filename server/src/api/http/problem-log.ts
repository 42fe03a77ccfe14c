// Owns the line in the log for each request that was answered with an error, under the id that its response carries.
// Must never say a query, a body or a credential, nor let a flood of refusals fill the disk. What is refused before it is looked
// at (load shedding, limits) is counted by the metrics and has no line.
import type { IncomingMessage } from 'node:http'
import type { Logger } from 'pino'
import type { Clock } from '../../platform/clock.ts'
import { TokenBucket } from '../limits/token-bucket.ts'
import { type Problem, problemOf } from './problem.ts'

export interface ProblemLogDependencies {
  readonly log: Pick<Logger, 'error' | 'info'>
  readonly clock: Pick<Clock, 'monotonic'>
}

export type ProblemRequest = Pick<IncomingMessage, 'method' | 'url'> & { readonly id: string }

/** Lines for refusals; beyond them they are counted, and the next line says how many there were. */
const LINES = { perSecond: 20, burst: 100 } as const
const PATH_CHARACTERS_MAX = 256

export class ProblemLog {
  readonly #dependencies: ProblemLogDependencies
  readonly #lines: TokenBucket
  #unsaid = 0

  constructor(dependencies: ProblemLogDependencies) {
    this.#dependencies = dependencies
    this.#lines = new TokenBucket(LINES, dependencies.clock.monotonic())
  }

  /** A fault with its error, always; a refusal in one line, as far as the log has capacity for it. */
  add({ status, body, isFault }: Problem, error: unknown, { id, method, url }: ProblemRequest): void {
    const { log, clock } = this.#dependencies
    const path = (url ?? '').split('?', 1)[0]?.slice(0, PATH_CHARACTERS_MAX)
    const about = { requestId: id, method, path, status, code: body.code }
    if (isFault) log.error({ ...about, err: error }, 'a request failed')
    else if (!this.#lines.take(clock.monotonic())) this.#unsaid++
    else {
      log.info({ ...about, ...(this.#unsaid > 0 && { unsaid: this.#unsaid }) }, 'a request was refused')
      this.#unsaid = 0
    }
  }
}

/** The response to whatever was thrown while a request was served, with its line in the log. */
export function loggedProblem(
  problems: ProblemLog,
  error: unknown,
  { method, url, headers }: Pick<IncomingMessage, 'method' | 'url' | 'headers'>,
  { id, bodyBytesMax }: { readonly id: string; readonly bodyBytesMax: number },
): Problem {
  const problem = problemOf(error, { acceptLanguage: headers['accept-language'], bodyBytesMax })
  problems.add(problem, error, { id, method, url })
  return problem
}
