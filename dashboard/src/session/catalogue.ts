// Owns the catalogue as every screen sees it: all event types, built in and the workspace's own, asked for once in a while.
import type { EventType } from '@getsupervisor/agents-studio-sdk'
import { useQuery } from '@tanstack/react-query'
import { useSession } from './session.tsx'

const PAGE_LIMIT = 100
/** More than a workspace may have. */
const PAGES_MAX = 5

export const CATALOGUE_KEY = ['event-types'] as const

export function useCatalogue() {
  const { client } = useSession()
  return useQuery({
    queryKey: CATALOGUE_KEY,
    queryFn: async ({ signal }): Promise<readonly EventType[]> => {
      const found: EventType[] = []
      let page = await client.eventTypes.list({ limit: PAGE_LIMIT }, { signal })
      for (let read = 1; ; read++) {
        found.push(...page.data)
        const next = read < PAGES_MAX ? await page.next() : undefined
        if (next === undefined) return found
        page = next
      }
    },
    staleTime: 60_000,
  })
}
