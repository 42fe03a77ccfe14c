// Owns what the operator's screen asks the service, each by itself: what fails keeps nothing else away.
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { nowMs } from '../../browser/clock.ts'
import { useSession } from '../../session/session.tsx'
import { queryOfSpan, type Span } from '../overview/span.ts'

/** What is asked for looks at up to 100,000 rows. */
const RENEWED_MS = 30_000

export function useInstance() {
  const { client } = useSession()
  return useQuery({
    queryKey: ['instance'],
    queryFn: ({ signal }) => client.instance.get({ signal }),
    refetchInterval: RENEWED_MS,
  })
}

export function useInstanceStatistics(span: Span) {
  const { client } = useSession()
  return useQuery({
    queryKey: ['instance', 'stats', span],
    queryFn: ({ signal }) => client.instance.stats(queryOfSpan(span, nowMs()), { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: RENEWED_MS,
  })
}

export function useInstanceBacklog() {
  const { client } = useSession()
  return useQuery({
    queryKey: ['instance', 'backlog'],
    queryFn: ({ signal }) => client.instance.backlog({ signal }),
    refetchInterval: RENEWED_MS,
  })
}

export function useBusyWorkspaces() {
  const { client } = useSession()
  return useQuery({
    queryKey: ['instance', 'busy'],
    queryFn: ({ signal }) => client.instance.busyWorkspaces({ signal }),
    refetchInterval: RENEWED_MS,
  })
}
