// Owns every metric, in one table of names. Labels are few and bounded: never a webhook, a workspace or a URL.
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { Shortage } from './engine/admission.ts'
import type { Decision } from './engine/decide.ts'
import { FlatHistogram } from './flat-histogram.ts'
import type { Outcome } from './platform/transport.ts'
import type { AcceptEventsResult, RecordAttemptsResult, RemovedRows } from './storage/storage.ts'

export const METRICS = {
  eventsAccepted: { name: 'timbre_events_accepted_total', help: 'Events accepted, without duplicates' },
  eventsDuplicate: { name: 'timbre_events_duplicate_total', help: 'Events whose id had been accepted before' },
  publishesRefused: {
    name: 'timbre_publishes_refused_total',
    help: 'Publish requests that were refused with 429, by reason: disk, cpu or memory. The label `short` goes with the next version',
  },
  deliveriesCreated: { name: 'timbre_deliveries_created_total', help: 'Deliveries that followed from accepted events' },
  attempts: { name: 'timbre_attempts_total', help: 'Attempts by outcome and class of the response status' },
  unsent: {
    name: 'timbre_requests_unsent_total',
    help: 'Requests that could not be sent because of this machine (sockets, descriptors, network); they are no attempts',
  },
  attemptSeconds: { name: 'timbre_attempt_duration_seconds', help: 'Duration of attempts, seconds' },
  deliverySeconds: {
    name: 'timbre_delivery_latency_seconds',
    help: 'From the acceptance of an event until a receiver took it, retries included, of deliveries that no replay and no person asked for',
  },
  deliveriesEnded: { name: 'timbre_deliveries_ended_total', help: 'Deliveries that ended, by status' },
  resultsFenced: { name: 'timbre_results_fenced_total', help: 'Results that came after their lease was lost' },
  eventsPruned: { name: 'timbre_events_pruned_total', help: 'Events removed because they were past their retention' },
  partitionFaults: {
    name: 'timbre_partition_faults_total',
    help: 'Times that the partitions of the next days could not be made (PostgreSQL)',
  },
  inFlight: { name: 'timbre_attempts_in_flight', help: 'Attempts under way now' },
  waiting: { name: 'timbre_deliveries_waiting', help: 'Deliveries waiting in memory for a slot' },
  waitingFor: {
    name: 'timbre_deliveries_waiting_for',
    help: 'Deliveries waiting in the memory of this node, by reason: in_flight_limit, rate_limit, origin, memory, loading (a webhook or bodies are being read), pause (after a fault, or while this node is not heard) or start (next)',
  },
  queued: {
    name: 'timbre_deliveries_queued',
    help: 'Queued deliveries in the table, by reason: due (no node has capacity), retry, schedule (the first attempt is not due yet), call_order, consumer (of a pull webhook: nobody has fetched it) or webhook_inactive. The same on every node; counted every 30 s, at most 100,000 in all',
  },
  oldestPending: {
    name: 'timbre_deliveries_oldest_pending_seconds',
    help: 'Age of the oldest delivery that is queued to be sent, on an active webhook, among those that are counted; 0 when there is none. The same on every node',
  },
  oldestDue: {
    name: 'timbre_deliveries_oldest_due_seconds',
    help: 'How long the oldest delivery in the table has been due and not taken; 0 when there is none',
  },
  heldEnvelopes: {
    name: 'timbre_delivery_body_bytes',
    help: 'Bodies of deliveries in memory: texts kept for those that wait, and each body in flight',
  },
  envelopesReadAgain: {
    name: 'timbre_delivery_bodies_read_again_total',
    help: 'Bodies that were read from the database for a delivery that had waited without one',
  },
  waitingForOrigin: {
    name: 'timbre_deliveries_waiting_for_origin',
    help: 'Deliveries that wait in memory because their origin has as many in flight as it may have, or fails',
  },
  resultsWaiting: { name: 'timbre_results_waiting', help: 'Results of attempts that are not recorded yet' },
  publishWait: {
    name: 'timbre_publish_wait_seconds',
    help: 'What a publish request that came now would wait for the disk',
  },
  bodyBytes: {
    name: 'timbre_publish_body_bytes',
    help: 'Memory for bodies of requests, from their first byte until they are dealt with',
  },
  connections: { name: 'timbre_connections', help: 'Connections of clients that are open' },
  streams: { name: 'timbre_streams', help: 'Live streams that are open' },
  connectionsCut: {
    name: 'timbre_connections_cut_total',
    help: 'Connections that were ended by the server: crowded (too many), pipelined (a request before the response to the one before it) or unread (a response that nobody reads)',
  },
  authFailures: {
    name: 'timbre_auth_failures_total',
    help: 'Requests whose credentials were refused, by the code of the response in small letters',
  },
  rateLimited: {
    name: 'timbre_rate_limited_total',
    help: 'Requests that a limit refused with 429: publish, read, manage or test of a workspace, failed_credentials of an address, source, or mcp: more messages of agents under way than there may be',
  },
} as const

/** By the hundreds of a status. */
const STATUS_CLASSES = Array.from({ length: 10 }, (_, hundreds) => `${hundreds}xx`)
/** The last are the waits of the standard schedule. */
const DELIVERY_BUCKETS_S = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200, 36_000, 86_400, 259_200,
]
const ATTEMPT_BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15]

/** What a delivery in memory waits for. */
export const WAIT_REASONS = ['in_flight_limit', 'rate_limit', 'origin', 'memory', 'loading', 'pause', 'start'] as const
export type WaitReason = (typeof WAIT_REASONS)[number]

export interface QueueGauges {
  readonly byReason: Readonly<Record<string, number>>
  readonly oldestPendingMs: number
}

/** What is asked when the metrics are read. */
export interface WatchedGauges {
  readonly inFlight: () => number
  readonly waiting: () => number
  readonly expectedWaitMs: () => number
  readonly waitingFor: () => Readonly<Record<WaitReason, number>>
  readonly queued: () => Promise<QueueGauges>
  readonly oldestDueMs: () => Promise<number>
  readonly heldEnvelopes: () => number
  readonly envelopesReadAgain: () => number
  readonly waitingForOrigin: () => number
  readonly resultsWaiting: () => number
}

/** Each is a wake-up of a process that may have nothing else to do; a loop that is late by tenths of a second shows all the same. */
const LOOP_SAMPLED_EVERY_MS = 50

export class Metrics {
  readonly #registry = new Registry()
  readonly #eventsAccepted = this.#counter(METRICS.eventsAccepted)
  readonly #eventsDuplicate = this.#counter(METRICS.eventsDuplicate)
  readonly #publishesRefused = this.#counter(METRICS.publishesRefused, ['reason', 'short'])
  readonly #connectionsCut = this.#counter(METRICS.connectionsCut, ['reason'])
  readonly #authFailures = this.#counter(METRICS.authFailures, ['reason'])
  readonly #rateLimited = this.#counter(METRICS.rateLimited, ['class'])
  readonly #unsent = this.#counter(METRICS.unsent)
  readonly #deliveriesCreated = this.#counter(METRICS.deliveriesCreated)
  /**
   * Counted here and handed over when they are read: a label set is hashed on every `inc`.
   * By outcome, then by class of the status: one text made of both would be looked up as a new one (docs/performance.md).
   */
  readonly #attempts = new Map<string, Map<string, number>>()
  readonly #deliveriesEnded = new Map<string, number>()
  readonly #resultsFenced = this.#counter(METRICS.resultsFenced)
  readonly #eventsPruned = this.#counter(METRICS.eventsPruned)
  readonly #attemptSeconds = new FlatHistogram({
    ...METRICS.attemptSeconds,
    buckets: ATTEMPT_BUCKETS_S,
    registers: [this.#registry],
  })

  readonly #deliverySeconds = new FlatHistogram({
    ...METRICS.deliverySeconds,
    buckets: DELIVERY_BUCKETS_S,
    registers: [this.#registry],
  })

  /** @param withProcess also the process's own: memory, CPU, event-loop lag */
  constructor({ withProcess }: { readonly withProcess: boolean }) {
    this.#tally(METRICS.attempts, ['outcome', 'status_class'], () =>
      [...this.#attempts].flatMap(([outcome, classes]) =>
        [...classes].map(([status_class, value]) => ({ labels: { outcome, status_class }, value })),
      ),
    )
    this.#tally(METRICS.deliveriesEnded, ['status'], () =>
      [...this.#deliveriesEnded].map(([status, value]) => ({ labels: { status }, value })),
    )
    if (withProcess) {
      collectDefaultMetrics({ register: this.#registry, eventLoopMonitoringPrecision: LOOP_SAMPLED_EVERY_MS })
    }
  }

  /** Gauges that are read when the metrics are. */
  watch(read: WatchedGauges): void {
    this.#gauge(METRICS.inFlight, read.inFlight)
    this.#gauge(METRICS.waiting, read.waiting)
    this.#gauge(METRICS.heldEnvelopes, read.heldEnvelopes)
    this.#tally(METRICS.envelopesReadAgain, [], () => [{ labels: {}, value: read.envelopesReadAgain() }])
    this.#gauge(METRICS.waitingForOrigin, read.waitingForOrigin)
    this.#gauge(METRICS.resultsWaiting, read.resultsWaiting)
    this.#gauge(METRICS.publishWait, () => read.expectedWaitMs() / 1000)
    this.#gaugeBy(METRICS.waitingFor, 'reason', read.waitingFor)
    this.#gaugeBy(METRICS.queued, 'reason', async () => (await read.queued()).byReason)
    this.#gauge(METRICS.oldestPending, async () => (await read.queued()).oldestPendingMs / 1000)
    this.#gauge(METRICS.oldestDue, async () => (await read.oldestDueMs()) / 1000)
  }

  accepted(response: AcceptEventsResult): void {
    let accepted = 0
    let duplicate = 0
    let deliveries = 0
    for (const result of response.results) {
      if (result.kind !== 'accepted') continue
      for (const event of result.events) {
        if (event.duplicate) duplicate++
        else {
          accepted++
          deliveries += event.deliveryCount
        }
      }
    }
    this.#eventsAccepted.inc(accepted)
    this.#eventsDuplicate.inc(duplicate)
    this.#deliveriesCreated.inc(deliveries)
  }

  /** @param latencyMs from its acceptance; undefined: it was asked for, so that its age says nothing */
  attempted(outcome: Outcome, decision: Decision, latencyMs?: number): void {
    const { kind, responseStatus } = outcome
    const classes = this.#attempts.get(kind) ?? new Map<string, number>()
    this.#attempts.set(kind, classes)
    count(classes, (responseStatus !== null && STATUS_CLASSES[Math.floor(responseStatus / 100)]) || 'none')
    this.#attemptSeconds.count(outcome.durationMs / 1000)
    if (decision.status === 'success' && latencyMs !== undefined) this.#deliverySeconds.count(latencyMs / 1000)
    if (decision.status !== 'queued') count(this.#deliveriesEnded, decision.status)
  }

  unsent(): void {
    this.#unsent.inc()
  }

  recorded(response: RecordAttemptsResult): void {
    const fenced = response.written.filter((written) => !written).length
    if (fenced > 0) this.#resultsFenced.inc(fenced)
  }

  /** Gauges of the API that are read when the metrics are. */
  watchApi(read: { readonly bodyBytes: () => number; readonly connections: () => number }): void {
    this.#gauge(METRICS.bodyBytes, read.bodyBytes)
    this.#gauge(METRICS.connections, read.connections)
  }

  watchStreams(streams: () => number): void {
    this.#gauge(METRICS.streams, streams)
  }

  connectionCut(reason: string): void {
    this.#connectionsCut.inc({ reason })
  }

  authFailed(code: string): void {
    this.#authFailures.inc({ reason: code.toLowerCase() })
  }

  rateLimited(limitClass: string): void {
    this.#rateLimited.inc({ class: limitClass })
  }

  refused(short: Shortage | 'memory'): void {
    // `short` is the label of 0.1.0, kept for one version (CHANGELOG.md).
    this.#publishesRefused.inc({ reason: short === 'processor' ? 'cpu' : short, short })
  }

  /** Counted from before there are metrics: the first may come while the database opens. */
  watchPartitionFaults(faults: () => number): void {
    this.#tally(METRICS.partitionFaults, [], () => [{ labels: {}, value: faults() }])
  }

  pruned({ events }: RemovedRows): void {
    if (events > 0) this.#eventsPruned.inc(events)
  }

  /** In the text format of Prometheus. */
  text(): Promise<string> {
    return this.#registry.metrics()
  }

  #counter<L extends string>(
    row: { readonly name: string; readonly help: string },
    labelNames: readonly L[] = [],
  ): Counter<L> {
    return new Counter({ ...row, labelNames: [...labelNames], registers: [this.#registry] })
  }

  #tally<L extends string>(
    row: { readonly name: string; readonly help: string },
    labelNames: readonly L[],
    read: () => readonly { readonly labels: Readonly<Record<L, string>>; readonly value: number }[],
  ): void {
    new Counter({
      ...row,
      labelNames: [...labelNames],
      registers: [this.#registry],
      collect() {
        this.reset()
        for (const { labels, value } of read()) this.inc(labels, value)
      },
    })
  }

  #gaugeBy(
    row: { readonly name: string; readonly help: string },
    label: string,
    read: () => Readonly<Record<string, number>> | Promise<Readonly<Record<string, number>>>,
  ): void {
    new Gauge({
      ...row,
      labelNames: [label],
      registers: [this.#registry],
      async collect() {
        for (const [value, count] of Object.entries(await read())) this.set({ [label]: value }, count)
      },
    })
  }

  #gauge(row: { readonly name: string; readonly help: string }, read: () => number | Promise<number>): void {
    new Gauge({
      ...row,
      registers: [this.#registry],
      async collect() {
        this.set(await read())
      },
    })
  }
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
