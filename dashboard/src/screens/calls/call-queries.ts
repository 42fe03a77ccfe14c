// Owns what the screens of calls ask the service.
import type { Call, HistoryMeta, Page } from '@getsupervisor/agents-studio-sdk'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useSession } from '../../session/session.tsx'
import type { CallFilter } from './call-filter.ts'

const PAGE_LIMIT = 50
/** A call that is under way grows. */
const WATCH_MS = 5000

export function useCalls(filter: CallFilter) {
  const { client } = useSession()
  const list = useInfiniteQuery({
    queryKey: ['calls', filter],
    queryFn: async ({ pageParam, signal }): Promise<Page<Call, HistoryMeta>> => {
      const place = pageParam === undefined ? {} : { after: pageParam }
      return client.calls.list({ ...filter, limit: PAGE_LIMIT, ...place }, { signal })
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ meta }: Page<Call, HistoryMeta>) =>
      meta.hasNext ? (meta.nextCursor ?? undefined) : undefined,
  })
  return { ...list, rows: list.data?.pages.flatMap((page) => page.data) ?? [] }
}

export function useCall(callId: string) {
  const { client } = useSession()
  return useQuery({
    queryKey: ['call', callId],
    queryFn: ({ signal }) => client.calls.get(callId, { signal }),
    refetchInterval: WATCH_MS,
  })
}
