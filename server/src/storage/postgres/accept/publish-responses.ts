// Owns the Idempotency-Keys of published events: who is the first with a key, and what the others are told.
// A key that another node is just using is waited for, so that its result is known.
import { olderKey, savedKey, savedKeys } from '../../shared/saved-key.ts'
import type { AcceptedRow, AcceptRequest, AcceptResult, IdempotencyClaim } from '../../storage.ts'
import { columnsOf } from '../wire/columns.ts'
import type { Session } from '../wire/session.ts'
import { statement } from '../wire/statement.ts'
import type { Inserted } from './insert-events.ts'

interface RowKey {
  readonly workspaceId: string
  readonly key: string
}

const KEYS = 'unnest($1::text[], $2::text[]) AS q (workspace_id, key)'

export const FORGET_EXPIRED = statement(
  'forget_expired',
  `DELETE FROM idempotency_keys k USING ${KEYS}
WHERE k.workspace_id = q.workspace_id AND k.key = q.key AND k.expires_at <= $3`,
)

export const CLAIM_KEYS = statement<RowKey>(
  'claim_keys',
  `INSERT INTO idempotency_keys (workspace_id, key, request_hash, expires_at)
SELECT q.workspace_id, q.key, q.request_hash, q.expires_at
FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[]) AS q (workspace_id, key, request_hash, expires_at, older)
WHERE NOT EXISTS (SELECT FROM idempotency_keys k WHERE k.workspace_id = q.workspace_id AND k.key = q.older
  AND k.request_hash = q.request_hash AND k.expires_at > $6)
ON CONFLICT (workspace_id, key) DO NOTHING RETURNING workspace_id AS "workspaceId", key`,
)

interface SavedRow {
  readonly workspaceId: string
  readonly key: string
  readonly requestHash: string
  readonly acceptedEvents: string | null
}

export const FIND_RESPONSES = statement<SavedRow>(
  'find_responses',
  `SELECT k.workspace_id AS "workspaceId", k.key, k.request_hash AS "requestHash", k.accepted_events AS "acceptedEvents"
FROM ${KEYS} JOIN idempotency_keys k ON k.workspace_id = q.workspace_id AND k.key = q.key`,
)

export const SAVE_RESPONSES = statement(
  'save_responses',
  `UPDATE idempotency_keys k SET accepted_events = q.accepted_events
FROM unnest($1::text[], $2::text[], $3::text[]) AS q (workspace_id, key, accepted_events)
WHERE k.workspace_id = q.workspace_id AND k.key = q.key`,
)

export const GIVE_BACK_KEYS = statement(
  'give_back_keys',
  `DELETE FROM idempotency_keys k USING ${KEYS} WHERE k.workspace_id = q.workspace_id AND k.key = q.key`,
)

/** Of the requests that are the first with their key, or have none. */
type FreshResults = ReadonlyMap<AcceptRequest, Inserted>

interface KeyedRequest {
  readonly request: AcceptRequest
  readonly claim: IdempotencyClaim
}

export class PublishResponses {
  /** By key: the request of this batch that is the first with it, ever. */
  readonly #owners: ReadonlyMap<string, KeyedRequest>
  readonly #saved: ReadonlyMap<string, SavedRow>

  private constructor(owners: ReadonlyMap<string, KeyedRequest>, saved: ReadonlyMap<string, SavedRow>) {
    this.#owners = owners
    this.#saved = saved
  }

  static async claim(session: Session, requests: readonly AcceptRequest[], now: number): Promise<PublishResponses> {
    const first = firstOfEach(requests)
    if (first.size === 0) return new PublishResponses(new Map(), new Map())
    // In one order everywhere, so that nobody waits for somebody who waits for him.
    const wanted = [...first.values()].toSorted((a, b) => (keyOf(a.claim) < keyOf(b.claim) ? -1 : 1))
    const keys = columnsOf(
      wanted,
      ({ claim }) => claim.workspaceId,
      ({ claim }) => savedKey(claim),
    )
    const more = columnsOf(
      wanted,
      ({ claim }) => claim.requestHash,
      ({ claim }) => claim.expiresAt,
      ({ claim }) => olderKey(claim),
    )
    await session.run(FORGET_EXPIRED, ...keys, now)
    const claimed = new Set((await session.all(CLAIM_KEYS, ...keys, ...more, now)).map(keyOfRow))
    const owners = new Map([...first].filter(([key]) => claimed.has(key)))
    if (owners.size === first.size) return new PublishResponses(owners, new Map())
    const places = wanted.flatMap(({ claim }) =>
      savedKeys(claim).map((key) => ({ workspaceId: claim.workspaceId, key })),
    )
    const both = columnsOf(
      places,
      ({ workspaceId }) => workspaceId,
      ({ key }) => key,
    )
    const saved = await session.all(FIND_RESPONSES, ...both)
    return new PublishResponses(owners, new Map(saved.map((row) => [keyOfRow(row), row])))
  }

  isFirst(request: AcceptRequest): boolean {
    const { idempotency } = request
    return idempotency === undefined || this.#owners.get(keyOf(idempotency))?.request === request
  }

  /** A key of a request that is refused is as free as before. */
  async save(session: Session, results: FreshResults): Promise<void> {
    const refused: KeyedRequest[] = []
    const saved: (KeyedRequest & { readonly text: string })[] = []
    for (const owner of this.#owners.values()) {
      const result = results.get(owner.request)
      if (result?.kind === 'accepted') saved.push({ ...owner, text: JSON.stringify(result.events) })
      else refused.push(owner)
    }
    if (refused.length > 0) await session.run(GIVE_BACK_KEYS, ...placesOf(refused))
    const texts = columnsOf(saved, ({ text }) => text)
    if (saved.length > 0) await session.run(SAVE_RESPONSES, ...placesOf(saved), ...texts)
  }

  resultOf(request: AcceptRequest, results: FreshResults): AcceptResult {
    const own = results.get(request)
    if (own !== undefined) return own
    const claim = request.idempotency
    if (claim === undefined) throw new Error('A request without an Idempotency-Key was not accepted.')
    const owner = this.#owners.get(keyOf(claim))
    if (owner !== undefined) {
      if (owner.claim.requestHash !== claim.requestHash) return { kind: 'key_reused' }
      const first = results.get(owner.request)
      return first?.kind === 'accepted' ? { ...first, kind: 'repeated' } : (first ?? { kind: 'key_reused' })
    }
    const saved = this.#saved.get(keyOf(claim)) ?? this.#saved.get(keyOfOlder(claim))
    if (saved?.requestHash !== claim.requestHash || saved.acceptedEvents === null) return { kind: 'key_reused' }
    // Written by `save` from the same type.
    return { kind: 'repeated', events: JSON.parse(saved.acceptedEvents) as AcceptedRow[] }
  }
}

function placesOf(keyed: readonly KeyedRequest[]): (string | number | null)[][] {
  return columnsOf(
    keyed,
    ({ claim }) => claim.workspaceId,
    ({ claim }) => savedKey(claim),
  )
}

/** By key: the first of these requests that has it. */
function firstOfEach(requests: readonly AcceptRequest[]): ReadonlyMap<string, KeyedRequest> {
  const first = new Map<string, KeyedRequest>()
  for (const request of requests) {
    const claim = request.idempotency
    if (claim !== undefined && !first.has(keyOf(claim))) first.set(keyOf(claim), { request, claim })
  }
  return first
}

function keyOf(claim: IdempotencyClaim): string {
  return keyOfRow({ workspaceId: claim.workspaceId, key: savedKey(claim) })
}

function keyOfOlder(claim: IdempotencyClaim): string {
  return keyOfRow({ workspaceId: claim.workspaceId, key: olderKey(claim) })
}

function keyOfRow({ workspaceId, key }: RowKey): string {
  return `${workspaceId} ${key}`
}
