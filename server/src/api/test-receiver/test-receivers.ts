// Owns the test receivers of this process and what they have kept: in memory, within fixed bounds, gone with the process.
// Must never send anything, nor keep more than the bounds say, whoever knows a URL (docs/decisions/0067).
import { Refusal } from '@timbre/contract/errors.ts'
import {
  RECEIVED_BYTES_MAX,
  RECEIVED_REQUESTS_MAX,
  TEST_RECEIVERS_PER_WORKSPACE_MAX,
  type TestReceiverCreate,
} from '@timbre/contract/test-receiver.ts'
import type { Cancel, Clock } from '../../platform/clock.ts'
import type { Random } from '../../platform/random.ts'
import { newToken } from '../auth/session-token.ts'
import { TokenBucket } from '../limits/token-bucket.ts'

export interface TestReceiversDependencies {
  readonly clock: Clock
  readonly random: Random
  /** Over all workspaces; 0: the operator has not switched them on. */
  readonly receiversMax: number
  /** A request came, or what was kept was forgotten. Absent: nobody wants to know. */
  readonly onChanged?: (receiver: Receiver) => void
  readonly onDeleted?: (receiver: Receiver) => void
}

/** All of them together keep 32 MiB at most. */
export const TEST_RECEIVERS_MAX = 256
/** Of one receiver; more is answered 429, which a delivery is tried again after. */
const RATE = { perSecond: 20, burst: 60 }
/** Requests of one receiver that wait for their response. */
const WAITING_MAX = 20

export interface KeptRequest {
  readonly id: string
  readonly receivedAt: number
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  /** null: it was too long. */
  readonly body: Buffer | null
  readonly responseStatus: number
}

export interface Receiver {
  readonly id: string
  readonly workspaceId: string
  /** Whoever knows it can send. */
  readonly token: string
  readonly createdAt: number
  responseStatus: number
  delayMs: number
  failurePercent: number
  requestCount: number
  /** What `requestCount` was when what was kept was forgotten; 0: never. */
  clearedAt: number
  /** Newest first. */
  readonly requests: KeptRequest[]
}

interface Held extends Receiver {
  readonly rate: TokenBucket
  waiting: number
}

export class TestReceivers {
  readonly #dependencies: TestReceiversDependencies
  readonly #byToken = new Map<string, Held>()
  readonly #delays = new Set<Cancel>()

  constructor(dependencies: TestReceiversDependencies) {
    this.#dependencies = dependencies
  }

  get isOn(): boolean {
    return this.#dependencies.receiversMax > 0
  }

  /** Throws TEST_RECEIVERS_OFF, TEST_RECEIVER_LIMIT_REACHED. */
  make(workspaceId: string, responses: TestReceiverCreate): Receiver {
    const { clock, random, receiversMax } = this.#dependencies
    if (!this.isOn) throw new Refusal('TEST_RECEIVERS_OFF')
    const limit = Math.min(TEST_RECEIVERS_PER_WORKSPACE_MAX, receiversMax)
    if (this.list(workspaceId).length >= limit || this.#byToken.size >= receiversMax)
      throw new Refusal('TEST_RECEIVER_LIMIT_REACHED', { limit })
    const now = clock.now()
    const receiver: Held = {
      id: random.uuid(now),
      workspaceId,
      token: newToken(random),
      createdAt: now,
      responseStatus: 200,
      delayMs: 0,
      failurePercent: 0,
      ...responses,
      requestCount: 0,
      clearedAt: 0,
      requests: [],
      rate: new TokenBucket(RATE, clock.monotonic()),
      waiting: 0,
    }
    this.#byToken.set(receiver.token, receiver)
    return receiver
  }

  /** Newest first. */
  list(workspaceId: string): readonly Receiver[] {
    return [...this.#byToken.values()].filter((receiver) => receiver.workspaceId === workspaceId).reverse()
  }

  /** Throws TEST_RECEIVER_NOT_FOUND. */
  find(workspaceId: string, id: string): Receiver {
    const found = this.list(workspaceId).find((receiver) => receiver.id === id)
    if (found === undefined) throw new Refusal('TEST_RECEIVER_NOT_FOUND', { id })
    return found
  }

  /** Throws TEST_RECEIVER_NOT_FOUND. */
  delete(workspaceId: string, id: string): void {
    const receiver = this.find(workspaceId, id)
    this.#byToken.delete(receiver.token)
    this.#dependencies.onDeleted?.(receiver)
  }

  /** Forgets what was kept; how many there were is still told. Throws TEST_RECEIVER_NOT_FOUND. */
  clear(workspaceId: string, id: string): void {
    const receiver = this.find(workspaceId, id)
    receiver.requests.length = 0
    receiver.clearedAt = receiver.requestCount
    this.#dependencies.onChanged?.(receiver)
  }

  findByToken(token: string): Receiver | undefined {
    return this.#byToken.get(token)
  }

  /** Whether one more request may be read; to be asked before its body. */
  mayReceive({ token }: Receiver): boolean {
    const receiver = this.#byToken.get(token)
    return (
      receiver !== undefined &&
      receiver.waiting < WAITING_MAX &&
      receiver.rate.take(this.#dependencies.clock.monotonic())
    )
  }

  /** Keeps a request, waits as the receiver is told to, and says what status to answer. */
  async receive({ token }: Receiver, request: Pick<KeptRequest, 'method' | 'headers' | 'body'>): Promise<number> {
    const { clock, random, onChanged } = this.#dependencies
    const receiver = this.#byToken.get(token)
    // Deleted while its body was being read.
    if (receiver === undefined) return 410
    const isFailure = random.fraction() * 100 < receiver.failurePercent
    const responseStatus = isFailure ? 500 : receiver.responseStatus
    const now = clock.now()
    receiver.requestCount++
    receiver.requests.unshift({ ...request, id: random.uuid(now), receivedAt: now, responseStatus })
    forgetOldest(receiver.requests)
    onChanged?.(receiver)
    receiver.waiting++
    await this.#delay(receiver.delayMs)
    receiver.waiting--
    return responseStatus
  }

  /** Whoever waits is answered at once. */
  stop(): void {
    for (const end of this.#delays) end()
  }

  #delay(delayMs: number): Promise<void> {
    if (delayMs === 0) return Promise.resolve()
    return new Promise((resolve) => {
      const end = () => {
        cancel()
        this.#delays.delete(end)
        resolve()
      }
      const cancel = this.#dependencies.clock.schedule(end, delayMs)
      this.#delays.add(end)
    })
  }
}

function forgetOldest(requests: KeptRequest[]): void {
  let bytes = 0
  const kept = requests.findIndex((request, nth) => {
    bytes += bytesOf(request)
    return nth >= RECEIVED_REQUESTS_MAX || bytes > RECEIVED_BYTES_MAX
  })
  if (kept !== -1) requests.splice(kept)
}

function bytesOf({ headers, body }: KeptRequest): number {
  return JSON.stringify(headers).length + (body?.length ?? 0)
}
