// Owns the bugs of pulling: nodes take what is the consumers', and consumers get, keep or lose what they should not.
import type { Mutant } from './mutant.ts'

export const MUTANTS_OF_PULLING: readonly Mutant[] = [
  {
    name: 'the claimer takes what consumers fetch',
    file: 'storage/sqlite/claim/claim-due.ts',
    find: "WHERE id = ? AND kind = 'push' AND is_active = 1",
    replace: 'WHERE id = ? AND is_active = 1',
  },
  {
    name: 'what consumers fetch is leased as it is accepted',
    file: 'storage/sqlite/accept/insert-events.ts',
    find: "const isPulled = match.kind === 'pull'",
    replace: 'const isPulled = false',
  },
  {
    name: 'a start takes the leases of consumers back',
    file: 'storage/sqlite/claim/pull-leases.ts',
    find: 'lease_token = ?5, updated_at = ?4\nWHERE',
    replace: 'lease_token = ?5, updated_at = ?4, lease_until = ?4 + 60000\nWHERE',
  },
  {
    name: 'consumers have more at once than may be in flight',
    file: 'storage/sqlite/claim/pull-leases.ts',
    find: '(SELECT count(*) FROM pull_leases l WHERE l.webhook = h.number) AS open',
    replace: '0 AS open',
  },
  {
    name: 'a consumer gets what is of a webhook that is off',
    file: 'storage/sqlite/claim/pull-leases.ts',
    find: "w.kind = 'pull' AND w.is_active = 1 AND",
    replace: "w.kind = 'pull' AND",
  },
  {
    name: 'a lease that was extended ends when it would have ended before',
    file: 'storage/sqlite/claim/pull-leases.ts',
    find: 'UPDATE pull_leases SET lease_until = ? WHERE',
    replace: 'UPDATE pull_leases SET lease_until = min(lease_until, ?) WHERE',
  },
  {
    name: 'a repeated request is given more',
    file: 'engine/pulls.ts',
    find: 'const before = await this.#givenBefore(request)',
    replace: 'const before = (await this.#givenBefore(request)).slice(0, 0)',
  },
  {
    name: 'a result under an older lease counts',
    file: 'engine/pulls.ts',
    find: ' || !isSame(lease.leaseToken, result.leaseToken)',
    replace: '',
  },
  {
    name: 'an older lease can be extended',
    file: 'engine/pulls.ts',
    find: 'lease !== undefined && isSame(lease.leaseToken, leaseToken)',
    replace: 'lease !== undefined',
  },
  {
    name: 'an erasure leaves the lease of a consumer',
    file: 'storage/sqlite/remove/erase-call.ts',
    find: 'this.#removePullLease.run(seq)',
    replace: 'void this.#removePullLease',
  },
]
