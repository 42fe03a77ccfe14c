// Owns what the screens of webhooks ask the service, and what they ask it to change.
import type { Client, Subscription } from '@getsupervisor/agents-studio-sdk'
import { type QueryKey, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCatalogue } from '../../session/catalogue.ts'
import { useSession } from '../../session/session.tsx'
import { webhooksQuery } from '../../session/webhook-names.ts'

const RECENT = 5
const ALL = 100

export function useWebhooks() {
  const { client } = useSession()
  return useQuery(webhooksQuery(client))
}

export function useWebhook(id: string) {
  const { client } = useSession()
  return useQuery({ queryKey: ['webhook', id], queryFn: ({ signal }) => client.webhooks.get(id, { signal }) })
}

export function useSubscriptions(webhookId: string) {
  const { client } = useSession()
  return useQuery({
    queryKey: ['webhook', webhookId, 'subscriptions'],
    queryFn: async ({ signal }): Promise<readonly Subscription[]> =>
      (await client.webhooks.listSubscriptions(webhookId, { limit: ALL }, { signal })).data,
  })
}

/** Somebody who mends a receiver looks on. */
const RENEWED_MS = 10_000

/** By hours of the last day, with what waits. */
export function useWebhookStats(webhookId: string, isWanted = true) {
  const { client } = useSession()
  return useQuery({
    queryKey: ['webhook', webhookId, 'stats'],
    queryFn: ({ signal }) => client.webhooks.stats(webhookId, {}, { signal }),
    enabled: isWanted,
    refetchInterval: RENEWED_MS,
  })
}

/** Whether it fails, since when and why, in words. */
export function useWebhookHealth(webhookId: string, isWanted = true) {
  const { client } = useSession()
  return useQuery({
    queryKey: ['webhook', webhookId, 'health'],
    queryFn: ({ signal }) => client.webhooks.health(webhookId, { signal }),
    enabled: isWanted,
    refetchInterval: RENEWED_MS,
  })
}

/** The newest. */
export function useRecentDeliveries(webhookId: string) {
  const { client } = useSession()
  return useQuery({
    queryKey: ['deliveries', 'recent', webhookId],
    queryFn: async ({ signal }) =>
      (await client.webhooks.listDeliveries(webhookId, { limit: RECENT }, { signal })).data,
  })
}

/** Those that somebody may subscribe to: what is deprecated is left out. */
export function useEventTypes() {
  const { data, ...state } = useCatalogue()
  return { ...state, data: data?.filter(({ isDeprecated }) => !isDeprecated) }
}

/** A change of a webhook or of what belongs to it; what was shown of it is asked for again. */
export function useWebhookChange<V, R>(id: string, act: (client: Client, value: V) => Promise<R>) {
  const { client } = useSession()
  const queries = useQueryClient()
  const stale: readonly QueryKey[] = [['webhook', id], ['webhooks'], ['deliveries']]
  return useMutation({
    mutationFn: (value: V) => act(client, value),
    onSuccess: () => Promise.all(stale.map((queryKey) => queries.invalidateQueries({ queryKey }))),
  })
}
