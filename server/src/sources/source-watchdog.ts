// Owns what is done for calls of which nothing more is heard, and for what sources have left behind: asks the provider, closes, prunes,
// and wipes replaced secrets.
// Must never close a call that a signal has moved on meanwhile: the intake looks again.
import { batchPause } from '../engine/batch-pause.ts'
import { Loop, type OnFault } from '../engine/loop.ts'
import type { TrustedClock } from '../engine/trusted-clock.ts'
import type { Clock } from '../platform/clock.ts'
import type { Transport } from '../platform/transport.ts'
import type { Vault } from '../platform/vault.ts'
import type { PruneSourcesRequest, SourceRow, Storage, TrackedCallRow } from '../storage/storage.ts'
import { answeredSignal, type Question, questionOf } from './ask-provider.ts'
import { readCall, type SourceIntake } from './source-intake.ts'
import { openSecrets } from './source-secrets.ts'
import { readSetup } from './source-setup.ts'
import { isEnd } from './tracked-call.ts'
import { wipeReplacedSecrets } from './wipe-replaced-secrets.ts'

export interface SourceWatchdogDependencies {
  readonly clock: Clock
  readonly storage: Pick<
    Storage,
    'listDueCalls' | 'findSource' | 'pruneSources' | 'listReplacedSecrets' | 'replaceSealedSources'
  >
  readonly intake: Pick<SourceIntake, 'close' | 'postpone' | 'tell'>
  readonly vault: Vault
  /** To ask providers: by the rules of every request that leaves. */
  readonly transport: Pick<Transport, 'send'>
  /** A clock that is far ahead must not take anything away. */
  readonly trusted: Pick<TrustedClock, 'begin' | 'now'>
  /** Days that signals are kept where a workspace does not say otherwise; 0: for ever. */
  readonly retentionDays: number
  readonly onFault: OnFault
}

const LOOK_EVERY_MS = 5000
/** Until a provider is asked again that said that the call goes on, or said nothing. */
const ASK_AGAIN_MS = 15 * 60_000
/** After so many the call is closed. */
const ASKS_MAX = 4
const SWEEP_EVERY_MS = 10 * 60_000
const CALLS_MAX = 100
const ROWS_MAX = 500

export class SourceWatchdog {
  readonly #dependencies: SourceWatchdogDependencies
  readonly #closing: Loop
  readonly #pruning: Loop
  #after: PruneSourcesRequest['after'] = null

  constructor(dependencies: SourceWatchdogDependencies) {
    const { clock, onFault } = dependencies
    this.#dependencies = dependencies
    this.#closing = new Loop({ clock, onFault, name: 'source-watchdog', runOnce: () => this.closeOnce() })
    this.#pruning = new Loop({ clock, onFault, name: 'source-pruner', runOnce: () => this.pruneOnce() })
  }

  start(): void {
    this.#dependencies.trusted.begin()
    this.#closing.start()
    this.#pruning.start()
  }

  async stop(): Promise<void> {
    await Promise.all([this.#closing.stop(), this.#pruning.stop()])
  }

  /** One batch. Returns the milliseconds until the next. */
  async closeOnce(): Promise<number> {
    const { clock, storage } = this.#dependencies
    const due = await storage.listDueCalls(clock.now(), CALLS_MAX)
    for (const call of due) await this.#end(call)
    return due.length === CALLS_MAX ? 0 : LOOK_EVERY_MS
  }

  async #end(row: TrackedCallRow): Promise<void> {
    const { storage, intake } = this.#dependencies
    // Of a source that was deleted nothing is known any more but the call.
    const source = await storage.findSource(row.workspaceId, row.sourceId)
    const setup = readSetup(source?.setup ?? '{}')
    const question = source === undefined ? undefined : this.#questionOf(source, row)
    if (source === undefined || question === undefined) return void (await intake.close(row, setup))
    if (!(await intake.postpone(row, setup, ASK_AGAIN_MS))) return
    const outcome = await this.#dependencies.transport.send({ ...question, method: 'GET', body: '' })
    const response = outcome.kind === 'unsent' || outcome.responseStatus !== 200 ? '' : (outcome.responseBody ?? '')
    const signal = answeredSignal(row.kind, row.callId, response)
    if (signal !== undefined) await intake.tell(source, setup, signal, response)
  }

  /** undefined: it is over and only more might have come of it, it was asked often enough, or nobody can be asked. */
  #questionOf(source: SourceRow, row: TrackedCallRow): Question | undefined {
    const call = readCall(row)
    if (isEnd(call.state) || call.asked >= ASKS_MAX) return undefined
    return questionOf(row.kind, call, openSecrets(this.#dependencies.vault, source))
  }

  /** One batch. Returns the milliseconds until the next. */
  async pruneOnce(): Promise<number> {
    const { clock, storage, trusted, vault, retentionDays } = this.#dependencies
    const startedAt = clock.monotonic()
    const now = await trusted.now()
    // The pruner of events tells of it.
    if (now === null) return SWEEP_EVERY_MS
    const request = { now, retentionDaysDefault: retentionDays, after: this.#after, rowsMax: ROWS_MAX }
    const { next, isDone } = await storage.pruneSources(request)
    this.#after = next
    // Once a sweep: what was replaced is not kept for longer than it is taken.
    if (isDone) await wipeReplacedSecrets(storage, vault, now)
    return isDone ? SWEEP_EVERY_MS : batchPause(clock.monotonic() - startedAt)
  }
}
