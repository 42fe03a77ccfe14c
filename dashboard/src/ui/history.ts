// Owns asking for a list of history page by page: newest first, each page from the cursor of the one before (CONTRACT §1).
import type { HistoryMeta, Page } from '@getsupervisor/agents-studio-sdk'
import { useInfiniteQuery } from '@tanstack/react-query'

export type HistoryPage<T> = Pick<Page<T, HistoryMeta>, 'data' | 'meta'>

interface Place {
  readonly after?: string
}

/**
 * @param queryKey names the list with its filter
 * @param load one page from a place on, which is empty for the newest
 */
export function useHistory<T>(
  queryKey: readonly unknown[],
  load: (place: Place, signal: AbortSignal) => PromiseLike<HistoryPage<T>>,
) {
  const list = useInfiniteQuery({
    queryKey,
    queryFn: async ({ pageParam, signal }): Promise<HistoryPage<T>> =>
      load(pageParam === undefined ? {} : { after: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ meta }) => (meta.hasNext ? (meta.nextCursor ?? undefined) : undefined),
  })
  return { ...list, rows: list.data?.pages.flatMap((page) => page.data) ?? [] }
}

export type History<T> = ReturnType<typeof useHistory<T>>
