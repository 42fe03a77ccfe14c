// Owns the checks of a request at the moment it is made: who may get it, from which version of the webhook, signed with
// the secret of its time, under a lease that outlives it, one at a time, and never after a success.
import type { TransportRequest } from '@timbre/server/platform/transport.ts'
import type { DeliveryHistory } from '../delivery-history.ts'
import type { Ledger } from '../ledger.ts'
import type { Life } from '../life.ts'
import type { WebhookVersion } from '../webhook-versions.ts'
import { signatureProblem } from './check-signature.ts'

export interface SendRules {
  readonly timeoutMs: number
  readonly inFlightMax: number
  readonly inFlightPerOriginMax: number
}

interface InFlight {
  readonly history: DeliveryHistory
  readonly origin: string
  readonly life: Life
  readonly jumps: number
}

/** A request that is under way; to be released when its response has come. */
export interface Sending extends InFlight {
  /** The versions of the webhook that it may have been made from. */
  readonly versions: readonly WebhookVersion[]
}

export class SendCheck {
  readonly #ledger: Ledger
  readonly #rules: SendRules
  readonly #inFlight = new Set<InFlight>()
  /** By life, webhook and lease: the place of the last one that was begun. */
  readonly #begun = new Map<string, number>()
  readonly #begunAt = new Map<string, number>()
  readonly #rateLimiter = new Map<string, { readonly key: string; readonly times: number[] }>()
  /** Jumps of the wall ahead: after one, a lease may have run out while its delivery was being sent. */
  jumps = 0

  constructor(ledger: Ledger, rules: SendRules) {
    this.#ledger = ledger
    this.#rules = rules
  }

  /** Of all lives: what a dead one had sent is with its receiver still. */
  get inFlight(): number {
    return this.#count(() => true)
  }

  inFlightOf(webhookId: string): number {
    return this.#count(({ history }) => history.webhookId === webhookId)
  }

  inFlightTo(origin: string): number {
    return this.#count((sending) => sending.origin === origin)
  }

  /** On the clock that never jumps; 0: nothing was sent to it yet. */
  lastBegunAt(webhookId: string): number {
    return this.#begunAt.get(webhookId) ?? 0
  }

  #count(isCounted: (sending: InFlight) => boolean): number {
    let count = 0
    for (const sending of this.#inFlight) if (isCounted(sending)) count++
    return count
  }

  begin(life: Life, request: TransportRequest): Sending | undefined {
    const { deliveries, trace } = this.#ledger
    const id = request.headers['x-supervisor-delivery'] ?? ''
    const history = deliveries.get(id)
    if (history === undefined) {
      trace.violate(`a request was made for the delivery ${id}, which is not on disk`)
      return undefined
    }
    trace.add(`send ${id.slice(-8)} to ${request.url}`)
    this.#checkState(history)
    const { origin } = new URL(request.url)
    this.#checkFlight(life, history, origin)
    this.#checkOrder(life, history)
    this.#checkContent(history, request)
    const versions = this.#versionsOf(history, request)
    this.#checkRate(life, history, versions)
    const sending = { history, origin, life, jumps: this.jumps, versions }
    this.#inFlight.add(sending)
    this.#begunAt.set(history.webhookId, this.#ledger.clock.monotonic())
    return sending
  }

  end(sending: Sending): void {
    this.#inFlight.delete(sending)
  }

  #checkState({ id, hasSucceeded, askedAs, status, isTest, leaseUntil, ...removal }: DeliveryHistory): void {
    const { trace, clock } = this.#ledger
    if (removal.mustNotBegin) trace.violate(`${id} was sent after it had been said that its call is erased`)
    if (removal.isRemoved) return
    if (hasSucceeded && askedAs === null) trace.violate(`${id} was sent by itself after a success had been recorded`)
    if (status === 'failed') trace.violate(`${id} was sent after it had failed for good`)
    if (status === 'queued' && this.jumps === 0) trace.violate(`${id} was sent without a lease`)
    if (status === 'sending' && !isTest && leaseUntil - clock.now() < this.#rules.timeoutMs) {
      trace.violate(`${id} was sent under a lease that may end before its request does`)
    }
  }

  #checkFlight(life: Life, history: DeliveryHistory, origin: string): void {
    const { trace } = this.#ledger
    let count = 0
    let ofOrigin = 0
    for (const other of this.#inFlight) {
      if (other.life !== life) continue
      if (other.history === history && other.jumps === this.jumps) {
        trace.violate(`${history.id} was sent twice at the same time`)
      }
      if (other.history.isTest) continue
      if (other.history.webhookId === history.webhookId) count++
      if (other.origin === origin) ofOrigin++
    }
    if (!history.isTest && ofOrigin >= this.#rules.inFlightPerOriginMax) {
      trace.violate(`${ofOrigin + 1} requests to ${origin} are in flight, ${this.#rules.inFlightPerOriginMax} may be`)
    }
    if (!history.isTest && count >= this.#rules.inFlightMax) {
      trace.violate(`${count + 1} requests to ${history.webhookId} are in flight, ${this.#rules.inFlightMax} may be`)
    }
  }

  /** What a webhook was leased together, is begun in the order in which it was leased; what is replayed, behind the rest. */
  #checkOrder(life: Life, { id, isTest, webhookId, leaseToken, leaseOrder, askedAs }: DeliveryHistory): void {
    if (isTest || leaseToken === null) return
    const key = `${life.number} ${webhookId} ${leaseToken} ${askedAs === 'replay'}`
    const before = this.#begun.get(key) ?? -1
    if (leaseOrder < before) this.#ledger.trace.violate(`${id} was sent after others that were leased behind it`)
    this.#begun.set(key, leaseOrder)
  }

  #checkContent(history: DeliveryHistory, { headers, body }: TransportRequest): void {
    const { trace, clock } = this.#ledger
    const { id, eventId, eventKey } = history
    if (Buffer.from(body).toString() !== history.body)
      trace.violate(`${id} was sent with a body that was not published`)
    if (headers['webhook-id'] !== eventId) trace.violate(`${id} was sent with the id of another event`)
    if (headers['x-supervisor-event'] !== eventKey) trace.violate(`${id} was sent with another event key`)
    if (headers['webhook-timestamp'] !== String(Math.floor(clock.now() / 1000))) {
      trace.violate(`${id} was sent with a timestamp that is not of now`)
    }
  }

  #versionsOf(history: DeliveryHistory, request: TransportRequest): readonly WebhookVersion[] {
    const { trace, webhooks, clock } = this.#ledger
    const allowed = webhooks.allowed(history.webhookId)
    const now = clock.now()
    const problems = allowed.map((version) => versionProblem(version, history, request, [now, clock.latest()]))
    const fitting = allowed.filter((_, index) => problems[index] === undefined)
    if (fitting.length === 0) trace.violate(`${history.id} to ${request.url}: ${problems.at(-1)}`)
    return fitting
  }

  /** No second may hold more than the limit and one. */
  #checkRate(life: Life, history: DeliveryHistory, [version, another]: readonly WebhookVersion[]): void {
    if (version === undefined || another !== undefined || history.isTest) return
    const limit = version.rateLimitPerSecond
    if (limit === null) return
    const { trace, clock } = this.#ledger
    const key = `${life.number} ${version.version}`
    const known = this.#rateLimiter.get(version.id)
    const times = known?.key === key ? known.times : []
    const before = times.at(-(limit + 1))
    const now = clock.monotonic()
    if (before !== undefined && now - before < 999)
      trace.violate(`more than ${limit} and one a second went to ${version.id}`)
    times.push(now)
    if (times.length > 2 * limit + 50) times.splice(0, times.length - limit - 1)
    this.#rateLimiter.set(version.id, { key, times })
  }
}

function versionProblem(
  version: WebhookVersion,
  history: DeliveryHistory,
  request: TransportRequest,
  [now, latest]: readonly [now: number, latest: number],
): string | undefined {
  if (version.isDeleted) return 'it was sent although its webhook is deleted'
  if (!version.isActive && !history.isTest) return 'it was sent although its webhook is inactive'
  if (version.url !== request.url) return `it was sent to an old url, not to ${version.url}`
  for (const [name, value] of Object.entries(version.headers)) {
    if (request.headers[name.toLowerCase()] !== value) return `it was sent without the header ${name}`
  }
  // What had ended by the latest time that the wall has shown may have been wiped; it does not come back with the time.
  const wiped = version.previous.map(({ expiresAt }) => expiresAt).filter((end) => end > now && end <= latest)
  const problems = [now, ...wiped].map((endedBy) => {
    const previous = version.previous.filter(({ expiresAt }) => expiresAt > endedBy).map(({ secret }) => secret)
    return signatureProblem(request, version.secret, previous)
  })
  return problems.includes(undefined) ? undefined : problems[0]
}
