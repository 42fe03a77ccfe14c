// Owns the bugs that the simulator must catch, one at a time. A new guarantee of the engine or of the storage gets one.
import type { Mutant } from './mutant.ts'
import { MUTANTS_OF_CALLS } from './mutants-of-calls.ts'
import { MUTANTS_OF_PULLING } from './mutants-of-pulling.ts'
import { MUTANTS_OF_THE_PAST } from './mutants-of-the-past.ts'
import { MUTANTS_OF_WAITING } from './mutants-of-waiting.ts'

const OTHERS: readonly Mutant[] = [
  {
    name: 'a lease shorter than the timeout',
    file: 'engine/intake.ts',
    find: 'until: now + LEASE_MS,',
    replace: 'until: now + 10_000,',
  },
  {
    name: 'a lease that is about to end is used',
    file: 'engine/start-conditions.ts',
    find: '!target.isActive || !isLeased)',
    replace: '!target.isActive)',
  },
  {
    name: 'no fence on a stale result',
    file: 'storage/sqlite/record/record-attempts.ts',
    find: 'AND lease_token = ?3',
    replace: 'AND ?3 IS NOT NULL',
  },
  {
    name: 'an increment that is folded twice',
    file: 'storage/sqlite/record/fold-statistics.ts',
    find: 'this.#remove.run(JSON.stringify(increments.map(({ id }) => id)))',
    replace: 'this.#remove.run(JSON.stringify(increments.slice(1).map(({ id }) => id)))',
  },
  {
    name: 'recorded before it was sent',
    file: 'engine/attempt.ts',
    find: 'return this.#dependencies.transport.send({ url: target.url, headers, body: envelope })',
    replace: `const outcome: Outcome = { kind: 'answered', responseStatus: 200, responseHeaders: null, responseBody: null,
      durationMs: 0, timings: { dns: null, connect: null, tls: null, firstByte: null }, remoteAddress: null, error: null }
    void this.#dependencies.transport.send({ url: target.url, headers, body: envelope })
    return Promise.resolve(outcome)`,
  },
  {
    name: 'acknowledged before it is on disk',
    file: 'engine/acceptor.ts',
    find: 'return this.#queue.add(request)',
    replace: `void this.#queue.add(request).catch(() => {})
    const events = request.events.map(({ id, type, createdAt }) => ({ id, type, createdAt, duplicate: false, deliveryCount: 0 }))
    return Promise.resolve({ kind: 'accepted', events })`,
  },
  {
    name: 'a failed batch ends the loop',
    file: 'engine/loop.ts',
    find: 'return RETRY_MS',
    replace: 'return new Promise<number>(() => {})',
  },
  {
    name: 'retries without the schedule',
    file: 'engine/retry-policy.ts',
    find: 'const jittered = seconds * 1000 * (1 + policy.jitter * (2 * chance - 1))',
    replace: 'const jittered = 0 * chance',
  },
  {
    name: 'jitter that is twice too wide',
    file: 'engine/retry-policy.ts',
    find: '(2 * chance - 1)',
    replace: '2 * (2 * chance - 1)',
  },
  {
    name: 'Retry-After ignored',
    file: 'engine/decide.ts',
    find: 'retryDelay(input.policy, made, asked, input.chance)',
    replace: 'retryDelay(input.policy, made, asked === null ? null : 0, input.chance)',
  },
  {
    name: '410 is like any other failure',
    file: 'engine/decide.ts',
    find: "const disableWebhook = responseStatus === 410 ? 'gone' : null",
    replace: 'const disableWebhook = null',
  },
  {
    name: 'a schedule that never ends',
    file: 'engine/retry-policy.ts',
    find: 'const seconds = policy.scheduleSeconds[scheduledAttempts]',
    replace: 'const seconds = policy.scheduleSeconds[scheduledAttempts] ?? policy.scheduleSeconds.at(-1)',
  },
  {
    name: 'a failure after a success is tried again by itself',
    file: 'engine/decide.ts',
    find: "if (input.succeededBefore) return ended('success', countsForSchedule, disableWebhook)",
    replace: '',
  },
  {
    name: 'nothing is rescued at the start',
    file: 'engine/engine.ts',
    find: 'await storage.rescueDeliveries(clock.now(), true)',
    replace: 'await storage.rescueDeliveries(clock.now() - 1e12, false)',
  },
  {
    name: 'expired leases are never rescued',
    file: 'engine/housekeeper.ts',
    find: 'const rescued = await storage.rescueDeliveries(clock.now(), false)',
    replace: 'const rescued = 0',
  },
  {
    name: 'released deliveries are forgotten',
    file: 'storage/sqlite/claim/rescue-deliveries.ts',
    find: "UPDATE delivery_rows SET status = 'queued', next_attempt_at = ?, lease_token = NULL, lease_until = NULL",
    replace: "UPDATE delivery_rows SET status = 'failed', next_attempt_at = ?, lease_token = NULL, lease_until = NULL",
  },
  {
    name: 'what overflows is not queued',
    file: 'storage/sqlite/accept/insert-events.ts',
    find: '    if (isLeased) {\n',
    replace: '    if (hasTurn && !isLeased) return\n    if (isLeased) {\n',
  },
  {
    name: 'counters are not adjusted by a manual retry',
    file: 'storage/queries/deliveries.ts',
    find: 'await uncount(tx, workspaceId, webhookId, delivery.status)',
    replace: 'void uncount',
  },
  {
    name: 'the order of a call is ignored',
    file: 'storage/sqlite/accept/insert-events.ts',
    find: 'this.#order.turnOfNext({ workspaceId, webhookId: match.webhookId, orderKey })',
    replace: '0',
  },
  {
    name: 'a failing delivery does not hold its call',
    file: 'storage/sqlite/claim/call-order.ts',
    find: 'if (heldUntil === null) return 0',
    replace: 'if (heldUntil === null) continue',
  },
  {
    name: 'a call is never given its next turn',
    file: 'storage/sqlite/record/record-attempts.ts',
    find: '    this.#advanceCall(result, batch)\n',
    replace: '',
  },
  {
    name: 'the previous secret does not sign',
    file: 'engine/signer.ts',
    find: 'previous.filter(({ until }) => until > now)',
    replace: 'previous.filter(() => now < 0)',
  },
  {
    name: 'the previous secret signs after it has expired',
    file: 'engine/signer.ts',
    find: 'previous.filter(({ until }) => until > now)',
    replace: 'previous.filter(({ until }) => until > 0)',
  },
  {
    name: 'only the newest of the previous secrets signs',
    file: 'engine/signer.ts',
    find: 'previous.filter(({ until }) => until > now)',
    replace: 'previous.slice(0, 1).filter(({ until }) => until > now)',
  },
  {
    name: 'a second rotation forgets the secrets that were promised before',
    file: 'storage/queries/webhook-secrets.ts',
    find: '...previousColumns(previousSecrets), updatedAt',
    replace: '...previousColumns(previousSecrets.slice(0, 1)), updatedAt',
  },
  {
    name: 'a copy of a webhook is never forgotten',
    file: 'engine/targets.ts',
    find: 'this.#cache.delete(webhookId)',
    replace: 'void webhookId',
  },
  {
    name: 'an event id that is known is delivered again',
    file: 'storage/sqlite/accept/insert-events.ts',
    find: 'if (changes === 0) return this.#duplicate(workspace, id)',
    replace: 'void this.#duplicate',
  },
  {
    name: 'an Idempotency-Key is forgotten',
    file: 'storage/sqlite/accept/accept-events.ts',
    find: 'if (before !== undefined) return before',
    replace: '',
  },
  {
    name: 'an inactive webhook is sent to',
    file: 'engine/start-conditions.ts',
    find: '|| !target.isActive ||',
    replace: '||',
  },
  {
    name: 'deliveries of a deleted webhook never end',
    file: 'engine/housekeeper.ts',
    find: 'await storage.endOrphanedDeliveries(BATCH, clock.now())',
    replace: 'await storage.endOrphanedDeliveries(0, clock.now())',
  },
  {
    name: 'one slot too many for a webhook',
    file: 'engine/lane.ts',
    find: 'if (this.inFlight >= Math.min(this.#slots, this.#slotsMax())) return undefined',
    replace: 'if (this.inFlight > Math.min(this.#slots, this.#slotsMax())) return undefined',
  },
  {
    name: 'a rate limit that is counted double',
    file: 'engine/rate-limiter.ts',
    find: 'Math.max(lastStartAt, now - 2 * spacingMs) + spacingMs',
    replace: 'Math.max(lastStartAt, now - 2 * spacingMs) + spacingMs / 2',
  },
  {
    name: 'one more in flight to an origin than may be',
    file: 'engine/origins.ts',
    find: 'if (free <= 0 ||',
    replace: 'if (free < 0 ||',
  },
  {
    name: 'a body that is read again goes to another delivery of its batch',
    file: 'engine/envelope-reader.ts',
    find: 'storage.loadEnvelopes(batch.map(',
    replace: 'storage.loadEnvelopes(batch.toReversed().map(',
  },
  {
    name: 'a delivery is taken before its turn and put behind the others',
    file: 'engine/start-conditions.ts',
    find: "return limitedMs > 0 ? this.#pause(lane, limitedMs, 'rate_limit') : 'begin'",
    replace:
      "if (limitedMs > 0) lane.push((lane.shift(delivery), delivery))\n    return limitedMs > 0 ? this.#pause(lane, limitedMs, 'rate_limit') : 'begin'",
  },
  {
    name: 'a claim that does not look at what is due',
    file: 'storage/sqlite/claim/claim-due.ts',
    find: "WHERE d.status = 'queued' AND d.webhook = ? AND d.next_attempt_at <= ?",
    replace: "WHERE d.status = 'queued' AND d.webhook = ? AND d.next_attempt_at <= ? + 5000",
  },
  {
    name: 'a test that lost its process is dropped',
    file: 'engine/intake.ts',
    find: '!tests.take(delivery)',
    replace: '(tests.take(delivery) && false)',
  },
  {
    name: 'a stop that does not wait for tests',
    file: 'engine/engine.ts',
    find: 'this.#lanes.idle(), this.#tests.ended()]',
    replace: 'this.#lanes.idle()]',
  },
]

export const MUTANTS: readonly Mutant[] = [
  ...OTHERS,
  ...MUTANTS_OF_CALLS,
  ...MUTANTS_OF_PULLING,
  ...MUTANTS_OF_WAITING,
  ...MUTANTS_OF_THE_PAST,
]
