// Owns what the screens of test receivers ask the service, and what they ask it to change.
import type { Client, TestReceiver, TestReceiverCreate } from '@getsupervisor/agents-studio-sdk'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useSession } from '../../session/session.tsx'

export const RECEIVERS = ['test-receivers'] as const
/** More than a workspace may have. */
const ALL = 100
/** Of a call, from its beginning to its end. */
const EVENT_KEYS = ['call.status.updated', 'call.completed', 'call.error']

export function useReceivers() {
  const { client } = useSession()
  return useQuery({
    queryKey: RECEIVERS,
    queryFn: async ({ signal }): Promise<readonly TestReceiver[]> =>
      (await client.testReceivers.list({ limit: ALL }, { signal })).data,
  })
}

export const receivedKey = (receiverId: string) => [...RECEIVERS, receiverId, 'requests'] as const

/** What it has kept. */
export function useReceived(receiverId: string) {
  const { client } = useSession()
  return useQuery({
    queryKey: receivedKey(receiverId),
    queryFn: async ({ signal }) =>
      (await client.testReceivers.listRequests(receiverId, { limit: ALL }, { signal })).data,
  })
}

/** What changes a receiver, and has the lists renewed when it is done. */
export function useReceiverChange<V, R>(change: (client: Client, value: V) => Promise<R>) {
  const { client } = useSession()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (value: V) => change(client, value),
    onSuccess: () => queries.invalidateQueries({ queryKey: RECEIVERS }),
  })
}

export function makeReceiver(client: Client, settings: TestReceiverCreate = {}): Promise<TestReceiver> {
  return client.testReceivers.create(settings)
}

/** A webhook that sends events of calls to it. */
export function connectWebhook(client: Client, { url }: TestReceiver, description: string) {
  return client.webhooks.create({ url, description, eventKeys: EVENT_KEYS })
}
