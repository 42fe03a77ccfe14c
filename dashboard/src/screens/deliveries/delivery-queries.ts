// Owns what the screens of deliveries ask the service, and how long a response is good for.
import type { DeliverySummary } from '@getsupervisor/agents-studio-sdk'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { nowMs } from '../../browser/clock.ts'
import { useSession } from '../../session/session.tsx'
import { type HistoryPage, useHistory } from '../../ui/history.ts'
import { type DeliveryFilter, queryOf } from './delivery-filter.ts'

const PAGE_LIMIT = 100
const ATTEMPTS_MAX = 100
/** While something is about to happen to a delivery. */
const WATCH_MS = 1500

export type DeliveryPage = HistoryPage<DeliverySummary>

export function useDeliveries({ open: _, ...filter }: DeliveryFilter) {
  const { client } = useSession()
  return useHistory(['deliveries', filter], (place, signal) =>
    client.deliveries.list({ ...queryOf(filter, nowMs()), limit: PAGE_LIMIT, ...place }, { signal }),
  )
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
