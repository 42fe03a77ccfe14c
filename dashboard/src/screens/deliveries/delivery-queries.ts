// Owns what the screens of deliveries ask the service, and how long an answer is good for.
import type { Client, DeliverySummary, HistoryMeta, Page } from '@getsupervisor/agents-studio-sdk'
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { nowMs } from '../../browser/clock.ts'
import { useSession } from '../../session/session.tsx'
import { type DeliveryFilter, queryOf } from './delivery-filter.ts'

const PAGE_LIMIT = 100
const ATTEMPTS_MAX = 100
/** While something is about to happen to a delivery. */
const WATCH_MS = 1500

export type DeliveryPage = Pick<Page<DeliverySummary, HistoryMeta>, 'data' | 'meta'>

export function useDeliveries({ open: _, ...filter }: DeliveryFilter) {
  const { client } = useSession()
  const list = useInfiniteQuery({
    queryKey: ['deliveries', filter],
    queryFn: ({ pageParam, signal }) => listPage(client, filter, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ meta }: DeliveryPage) => (meta.hasNext ? (meta.nextCursor ?? undefined) : undefined),
  })
  return { ...list, rows: list.data?.pages.flatMap((page) => page.data) ?? [] }
}

async function listPage(
  client: Client,
  filter: DeliveryFilter,
  after: string | undefined,
  signal: AbortSignal,
): Promise<DeliveryPage> {
  const place = after === undefined ? {} : { after }
  return client.deliveries.list({ ...queryOf(filter, nowMs()), limit: PAGE_LIMIT, ...place }, { signal })
}

/** A delivery with its attempts, the first one first; watched while it is about to change. */
export function useDelivery(id: string) {
  const { client } = useSession()
  return useQuery({
    queryKey: ['delivery', id],
    queryFn: async ({ signal }) => {
      const delivery = await client.deliveries.get(id, { signal })
      const attempts = await client.webhooks.listAttempts(delivery.webhookId, id, { limit: ATTEMPTS_MAX }, { signal })
      return { delivery, attempts: attempts.data.toReversed() }
    },
    refetchInterval: ({ state }) => (isAboutToChange(state.data?.delivery) ? WATCH_MS : false),
  })
}

function isAboutToChange(delivery: DeliverySummary | undefined): boolean {
  if (delivery === undefined || delivery.status === 'success' || delivery.status === 'failed') return false
  const { nextAttemptAt } = delivery
  return nextAttemptAt === null || Date.parse(nextAttemptAt) - nowMs() < 60_000
}

export function useRetry({ webhookId, id }: Pick<DeliverySummary, 'webhookId' | 'id'>) {
  const { client } = useSession()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () => client.webhooks.retryDelivery(webhookId, id),
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['delivery', id] }),
        queries.invalidateQueries({ queryKey: ['deliveries'] }),
      ]),
  })
}
