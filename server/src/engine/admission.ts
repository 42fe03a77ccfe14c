// Owns the decision whether publishers are admitted: what a new request would wait for, and when a refused one may come back.
// Pure: it reads no clock, draws nothing and keeps nothing. docs/decisions/0018 has the measurements behind the numbers.

/** What a new publish request would find before it. */
export interface Pressure {
  /** Requests and their events that were admitted and are not answered: they wait for the disk, or are being written. */
  readonly requests: number
  readonly events: number
  /** Of these events, those of the commit that is under way. */
  readonly writingEvents: number
  /** How long that commit has been under way; 0 when there is none. */
  readonly writingMs: number
  /** What commits manage, see `nextRate`. */
  readonly eventsPerMs: number
  /** How long the event loop takes to come round, see EventLoop. */
  readonly loopDelayMs: number
}

/** What is short when a request is refused. */
export type Shortage = 'disk' | 'processor'

export interface CommitSample {
  /** Of what is measured: events or requests. */
  readonly count: number
  readonly tookMs: number
  /** More was waiting when the batch was taken: the disk set the pace, not the publishers. */
  readonly wasBusy: boolean
}

const WAIT_MS_MAX = 150
/** A commit may take so long, because a disk hesitates now and then, before it counts as a disk that has stopped. */
const COMMIT_MS_MAX = 500
/** So few are part of the next commit in any case: an empty queue always admits, and one slow commit refuses nobody. */
const FREE_EVENTS = 32

/**
 * Each time that the loop comes round at most 64 attempts begin: what publishers make a round longer is taken from the
 * deliveries. With 6 ms there are 10,000 a second left.
 */
const LOOP_DELAY_MS_MAX = 6
/** So many at once are never too many for the processor. */
const FREE_REQUESTS = 64

/** A rate is forgotten this fast while the disk is busy. */
const RATE_MEMORY_MS = 1000
const RETRY_AFTER_S_MAX = 30

/** Until the first commits were measured. */
export const EVENTS_PER_MS_AT_START = 10
export const REQUESTS_PER_MS_AT_START = 2

/**
 * What is short for one more publish request, or undefined when it may come in. The number of its events does not count:
 * a large batch comes in as easily as a single event.
 */
export function shortage(pressure: Pressure): Shortage | undefined {
  const { events, writingEvents } = pressure
  if (events - writingEvents < FREE_EVENTS) return undefined
  if (expectedWaitMs(pressure) > WAIT_MS_MAX || pressure.writingMs > COMMIT_MS_MAX) return 'disk'
  const { requests, loopDelayMs } = pressure
  return requests >= FREE_REQUESTS && loopDelayMs > LOOP_DELAY_MS_MAX ? 'processor' : undefined
}

/** Milliseconds until what waits and is being written is on disk, and a commit of what came now begins. */
export function expectedWaitMs({ events, eventsPerMs }: Pick<Pressure, 'events' | 'eventsPerMs'>): number {
  return events / eventsPerMs
}

/**
 * Events, or requests, per millisecond after one more commit: a mean over time, weighted exponentially.
 * A commit that nobody waited behind says only that the disk can do at least so much.
 */
export function nextRate(perMs: number, { count, tookMs, wasBusy }: CommitSample): number {
  const measured = count / Math.max(tookMs, 0.01)
  if (!wasBusy && measured < perMs) return perMs
  const share = 1 - Math.exp(-tookMs / RATE_MEMORY_MS)
  return perMs + (measured - perMs) * share
}

/**
 * Whole seconds (RFC 9110 §10.2.3) after which a refused publisher may come back: spread over the time that it takes to
 * accept all that was refused lately, so that they do not come back all at once.
 * @param chance from 0 up to, but without, 1
 */
export function retryAfterSeconds(refusedLately: number, requestsPerMs: number, chance: number): number {
  const spreadSeconds = refusedLately / requestsPerMs / 1000
  return Math.min(1 + Math.floor(chance * spreadSeconds), RETRY_AFTER_S_MAX)
}
