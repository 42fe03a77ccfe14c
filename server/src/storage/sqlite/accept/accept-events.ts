// Owns the accepting transaction: requests in, rows and results out, one fsync for the whole batch (DESIGN §2.2).
import type { DatabaseSync } from 'node:sqlite'
import type { Clock } from '../../../platform/clock.ts'
import { refuseHalf, reusedPlace, tooManyDeliveries } from '../../shared/accept-rules.ts'
import { savedKey, savedKeys } from '../../shared/saved-key.ts'
import { SkippedLists, withSkipped } from '../../shared/skipped-webhooks.ts'
import type {
  AcceptEventsResult,
  AcceptedRow,
  AcceptRequest,
  AcceptResult,
  IdempotencyClaim,
  LeaseOffer,
} from '../../storage.ts'
import { prepare, type Statement } from '../connection/statement.ts'
import { inTransaction } from '../connection/transaction.ts'
import type { ChangeLog } from '../record/change-log.ts'
import type { AdvanceCalls } from './advance-calls.ts'
import { Candidates } from './candidates.ts'
import { type EventInserter, InsertBatch } from './insert-events.ts'

const FIND_RESPONSE = `
SELECT key, request_hash AS requestHash, accepted_events AS acceptedEvents FROM idempotency_keys
WHERE workspace_id = ? AND key IN (?, ?) AND expires_at > ?`

/** Replaces only a row that FIND_RESPONSE did not return, because it has expired. */
const SAVE_RESPONSE = `
INSERT OR REPLACE INTO idempotency_keys (workspace_id, key, request_hash, expires_at, accepted_events)
VALUES (?, ?, ?, ?, ?)`

interface SavedRow {
  readonly key: string
  readonly requestHash: string
  readonly acceptedEvents: string | null
}

export class AcceptEvents {
  readonly #db: DatabaseSync
  readonly #clock: Clock
  readonly #inserter: EventInserter
  readonly #log: ChangeLog
  readonly #candidates: Candidates
  readonly #calls: AdvanceCalls
  readonly #findResponse: Statement<SavedRow>
  readonly #saveResponse: Statement<never>

  constructor(db: DatabaseSync, clock: Clock, inserter: EventInserter, calls: AdvanceCalls, log: ChangeLog) {
    this.#db = db
    this.#clock = clock
    this.#inserter = inserter
    this.#log = log
    this.#candidates = new Candidates(db)
    this.#calls = calls
    this.#findResponse = prepare(db, FIND_RESPONSE)
    this.#saveResponse = prepare(db, SAVE_RESPONSE)
  }

  /** See HotStorage.acceptEvents. */
  run(requests: readonly AcceptRequest[], offer: LeaseOffer): AcceptEventsResult {
    return inTransaction(this.#db, () => {
      const batch = new InsertBatch(offer)
      const skipped = new SkippedLists((workspaceId, type) => this.#candidates.of(workspaceId, type))
      const results = requests.map((request) => this.#advanceAndAccept(request, batch, skipped))
      this.#log.write(batch.changes, this.#clock.now())
      return { results, leased: batch.leased, overflow: batch.overflow, pulled: [...batch.pulled] }
    })
  }

  #advanceAndAccept(request: AcceptRequest, batch: InsertBatch, skipped: SkippedLists): AcceptResult {
    const { advance, workspaceId } = request
    if (advance !== undefined && !this.#calls.write(workspaceId, advance)) return { kind: 'call_moved' }
    const result = this.#acceptRequest(request, batch, skipped)
    refuseHalf(request, result)
    return result
  }

  #acceptRequest(request: AcceptRequest, batch: InsertBatch, skipped: SkippedLists): AcceptResult {
    const { idempotency, workspaceId } = request
    const before = idempotency && this.#answeredBefore(idempotency)
    if (before !== undefined) return before
    const place = request.events.length > 1 ? this.#reusedPlace(request) : -1
    if (place >= 0) return { kind: 'id_reused', place }
    const deliveries = tooManyDeliveries(request.events, (event) =>
      this.#inserter.countMatches(workspaceId, event, batch),
    )
    if (deliveries !== undefined && !this.#isRepeat(request)) return { kind: 'too_many_deliveries', deliveries }
    const rows = request.events.map((event) => this.#inserter.insert(workspaceId, event, batch))
    // One alone that is there already has added nothing: it is looked at now, so that nobody pays for it who sends new ones.
    const isThere = rows.length === 1 && rows[0]?.duplicate === true
    if (isThere && this.#reusedPlace(request) === 0) return { kind: 'id_reused', place: 0 }
    const events = withSkipped(request, rows, skipped)
    if (idempotency !== undefined) {
      const { requestHash, expiresAt } = idempotency
      const key = savedKey(idempotency)
      this.#saveResponse.run(idempotency.workspaceId, key, requestHash, expiresAt, JSON.stringify(events))
    }
    return { kind: 'accepted', events }
  }

  /** Whether all of it is there already: then it adds nothing, whatever it led to. */
  #isRepeat({ workspaceId, events }: AcceptRequest): boolean {
    return events.every((event) => this.#inserter.findContent(workspaceId, event) !== undefined)
  }

  #reusedPlace({ workspaceId, events }: AcceptRequest): number {
    return reusedPlace(events, (event) => this.#inserter.findContent(workspaceId, event))
  }

  #answeredBefore(claim: IdempotencyClaim): AcceptResult | undefined {
    const { workspaceId, requestHash } = claim
    const [own, older] = savedKeys(claim)
    const rows = this.#findResponse.all(workspaceId, own, older, this.#clock.now())
    const saved = rows.find(({ key }) => key === own) ?? rows.find((row) => row.requestHash === requestHash)
    if (saved === undefined) return undefined
    if (saved.requestHash !== requestHash || saved.acceptedEvents === null) return { kind: 'key_reused' }
    // Written by #acceptRequest from the same type.
    return { kind: 'repeated', events: JSON.parse(saved.acceptedEvents) as AcceptedRow[] }
  }
}
