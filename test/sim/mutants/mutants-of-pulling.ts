// Owns the bugs of pulling: nodes take what is the consumers', before it is leased or after.
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
]
