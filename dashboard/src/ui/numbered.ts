// Owns asking for a numbered list of configuration page by page (CONTRACT §1), each added to those before.
import type { Page, PageMeta } from '@getsupervisor/agents-studio-sdk'
import { useInfiniteQuery } from '@tanstack/react-query'

export interface NumberedPlace {
  readonly page: number
  readonly limit: number
}

const LIMIT = 50

/**
 * @param queryKey names the list
 * @param load one page
 * @param renewedMs asks again so often; absent: when it is looked at again
 */
export function useNumbered<T>(
  queryKey: readonly unknown[],
  load: (place: NumberedPlace, signal: AbortSignal) => PromiseLike<Pick<Page<T, PageMeta>, 'data' | 'meta'>>,
  renewedMs?: number,
) {
  const list = useInfiniteQuery({
    queryKey,
    queryFn: async ({ pageParam, signal }): Promise<Pick<Page<T, PageMeta>, 'data' | 'meta'>> =>
      load({ page: pageParam, limit: LIMIT }, signal),
    initialPageParam: 1,
    getNextPageParam: ({ meta }) => (meta.hasNext ? meta.page + 1 : undefined),
    ...(renewedMs === undefined ? {} : { refetchInterval: renewedMs }),
  })
  return { ...list, rows: list.data?.pages.flatMap((page) => page.data) ?? [] }
}

export type Numbered<T> = ReturnType<typeof useNumbered<T>>
