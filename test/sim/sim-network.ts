// Owns the network and the receivers of the simulator: requests in, outcomes out, some lost on the way there or back.
// Works on the level of outcomes; that the real transport makes them of real sockets is tested beside it.
import type { Outcome, Transport, TransportRequest } from '@timbre/server/platform/transport.ts'
import type { SendCheck, Sending } from './checks/check-send.ts'
import type { Life } from './life.ts'
import type { Prng } from './prng.ts'
import type { SimClock } from './sim-clock.ts'
import type { NetworkFault, Swarm } from './swarm.ts'
import type { Trace } from './trace.ts'

/** How a receiver behaves until it changes: `away` answers nothing, `failing` answers 500 for ever. */
export type Mood = 'well' | 'troubled' | 'slow' | 'away' | 'failing'

interface Plan {
  readonly kind: Outcome['kind']
  readonly status: number | null
  readonly afterMs: number
  readonly retryAfter?: string
  /** False: the request never came to the receiver. */
  readonly isReceived: boolean
}

export interface SimNetworkDependencies {
  readonly clock: SimClock
  readonly prng: Prng
  readonly swarm: Swarm
  readonly trace: Trace
  readonly check: SendCheck
  readonly timeoutMs: number
}

const CONNECT_TIMEOUT_MS = 5000
/** A receiver that is well takes no longer. */
const PROMPT_MS_MAX = 500
const STATUSES = [301, 302, 304, 400, 401, 403, 404, 408, 413, 429, 500, 502, 503, 504, 100, 599]
const NO_TIMINGS = { dns: null, connect: null, tls: null, firstByte: null }

export class SimNetwork {
  readonly #dependencies: SimNetworkDependencies
  readonly #moods = new Map<string, Mood>()
  /** By webhook, how the last request to it ended. */
  readonly #wasPrompt = new Map<string, boolean>()
  hasFaults = true
  received = 0
  sent = 0

  constructor(dependencies: SimNetworkDependencies) {
    this.#dependencies = dependencies
  }

  setMood(webhookId: string, mood: Mood): void {
    this.#moods.set(webhookId, mood)
  }

  /** It took what it was sent last, and soon; or nothing was sent to it yet. */
  answersPromptly(webhookId: string): boolean {
    return this.#wasPrompt.get(webhookId) ?? true
  }

  /** Every receiver is well again, but for those that fail for ever. */
  calm(): void {
    this.hasFaults = false
    for (const [id, mood] of this.#moods) if (mood !== 'failing') this.#moods.set(id, 'well')
  }

  transportFor(life: Life): Transport {
    return {
      send: (request) => (life.pass() ? this.#send(life, request) : new Promise<never>(() => {})),
      stop: async () => {},
    }
  }

  #send(life: Life, request: TransportRequest): Promise<Outcome> {
    const { check, clock } = this.#dependencies
    const sending = check.begin(life, request)
    this.sent++
    const plan = this.#plan(sending?.history.webhookId ?? '')
    if (plan.isReceived) this.received++
    return new Promise((resolve) => {
      clock.schedule(() => {
        if (sending !== undefined) {
          check.end(sending)
          const { webhookId, isTest } = sending.history
          // A test that somebody waits for goes past the lanes: they do not learn that a receiver is well again.
          if (!isTest || !isPrompt(plan)) this.#wasPrompt.set(webhookId, isPrompt(plan))
        }
        if (!life.pass()) return
        if (sending !== undefined) this.#note(sending, plan)
        resolve(outcomeOf(plan))
      }, plan.afterMs)
    })
  }

  #note({ history, versions }: Sending, { kind, status, retryAfter }: Plan): void {
    const { clock, swarm, trace } = this.#dependencies
    trace.add(`answer ${history.id.slice(-8)} ${status ?? kind} ${retryAfter ?? ''}`)
    const wall = clock.now()
    history.answers.push({
      kind,
      status,
      wall,
      retryAfterMs: askedMs(retryAfter, wall),
      schedules: versions.map(({ scheduleSeconds }) => scheduleSeconds ?? swarm.scheduleSeconds),
    })
  }

  #plan(webhookId: string): Plan {
    const { prng, swarm } = this.#dependencies
    const well = (): Plan => answer(prng.pick([200, 200, 201, 202, 204, 299]), prng.betweenMagnitudes(1, PROMPT_MS_MAX))
    const mood = this.#moods.get(webhookId) ?? 'well'
    if (mood === 'failing') return answer(500, prng.between(1, 100))
    if (!this.hasFaults || mood === 'well') return well()
    if (mood === 'slow') return answer(200, prng.between(500, this.#dependencies.timeoutMs - 1))
    const hasFaults = Object.values(swarm.network).some((weight) => weight > 0)
    if (!hasFaults || (mood === 'troubled' && prng.chance(0.4))) return well()
    return this.#trouble(
      mood === 'away' ? prng.pick(['dns', 'refused', 'connectHangs', 'hangs']) : prng.weighted(swarm.network),
    )
  }

  #trouble(fault: NetworkFault): Plan {
    const { prng, timeoutMs } = this.#dependencies
    const soon = prng.betweenMagnitudes(1, 1000)
    switch (fault) {
      case 'status':
        return answer(prng.pick(STATUSES), soon)
      case 'retryAfter':
        return { ...answer(prng.pick([429, 503, 500, 400]), soon), retryAfter: this.#retryAfter() }
      case 'gone':
        return answer(410, soon)
      case 'slow':
        return answer(200, prng.between(1000, timeoutMs - 1))
      case 'dns':
        return failure('dns_failed', prng.pick([soon, 5000]), false)
      case 'refused':
        return failure('connection_refused', soon, false)
      case 'tls':
        return failure('tls_failed', soon, false)
      case 'blocked':
        return failure('blocked_address', soon, false)
      case 'garbage':
        return failure('invalid_response', soon, true)
      case 'resetBefore':
        return failure('connection_reset', soon, false)
      case 'resetAfter':
        return failure('connection_reset', soon, true)
      case 'connectHangs':
        return failure('timed_out', CONNECT_TIMEOUT_MS, false)
      case 'hangs':
      case 'drips':
        return failure('timed_out', timeoutMs, true)
      case 'hangsUnseen':
        return failure('timed_out', timeoutMs, false)
    }
  }

  #retryAfter(): string {
    const { prng, clock } = this.#dependencies
    const seconds = Math.floor(prng.betweenMagnitudes(1, 100_000))
    const date = () => new Date(clock.now() + seconds * 1000).toUTCString()
    return prng.pick([String(seconds), String(Math.min(seconds, 60)), date(), '-5', 'soon', '0'])
  }
}

function isPrompt({ status, afterMs }: Plan): boolean {
  return status !== null && status >= 200 && status <= 299 && afterMs <= PROMPT_MS_MAX
}

function answer(status: number, afterMs: number): Plan {
  return { kind: 'answered', status, afterMs, isReceived: true }
}

function failure(kind: Outcome['kind'], afterMs: number, isReceived: boolean): Plan {
  return { kind, status: null, afterMs, isReceived }
}

function outcomeOf({ kind, status, afterMs, retryAfter }: Plan): Outcome {
  return {
    kind,
    responseStatus: status,
    responseHeaders: status === null ? null : retryAfter === undefined ? {} : { 'retry-after': retryAfter },
    responseBody: status === null ? null : '',
    durationMs: afterMs,
    timings: NO_TIMINGS,
    remoteAddress: null,
    error: status === null ? 'No answer came.' : null,
  }
}

/** RFC 9110 §10.2.3: seconds or a date; what makes no sense asks for nothing. */
function askedMs(retryAfter: string | undefined, wall: number): number {
  if (retryAfter === undefined || retryAfter === '-5' || retryAfter === 'soon') return 0
  const seconds = Number(retryAfter)
  return Number.isNaN(seconds) ? Math.max(Date.parse(retryAfter) - wall, 0) : seconds * 1000
}
