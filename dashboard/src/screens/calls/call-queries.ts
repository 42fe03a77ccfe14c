// Owns what the screens of calls ask the service.
import { useQuery } from '@tanstack/react-query'
import { useSession } from '../../session/session.tsx'
import { useHistory } from '../../ui/history.ts'
import type { CallFilter } from './call-filter.ts'

const PAGE_LIMIT = 50
/** A call that is under way grows. */
const WATCH_MS = 5000

export function useCalls(filter: CallFilter) {
  const { client } = useSession()
  return useHistory(['calls', filter], (place, signal) =>
    client.calls.list({ ...filter, limit: PAGE_LIMIT, ...place }, { signal }),
  )
}

export function useCall(callId: string) {
  const { client } = useSession()
  return useQuery({
    queryKey: ['call', callId],
    queryFn: ({ signal }) => client.calls.get(callId, { signal }),
    refetchInterval: WATCH_MS,
  })
}
