// Owns what the guide asks the service, to see how far somebody has come, and what it does for them.
import { type Client, PermissionError } from '@getsupervisor/agents-studio-sdk'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCan, useSession } from '../../session/session.tsx'
import type { Found } from './progress.ts'

const GUIDE = ['guide'] as const
/** Somebody looks on. */
const LIVE_MS = 1000
const TYPE_DEFAULT = 'call.completed'

export function useFound() {
  const { client } = useSession()
  const mayManage = useCan('manage')
  return useQuery({
    queryKey: GUIDE,
    queryFn: ({ signal }) => find(client, mayManage, signal),
    refetchInterval: LIVE_MS,
  })
}

async function find(client: Client, mayManage: boolean, signal: AbortSignal): Promise<Found> {
  const [receivers, webhooks, events] = await Promise.all([
    client.testReceivers.list({ limit: 1 }, { signal }),
    client.webhooks.list({ limit: 1 }, { signal }),
    client.events.list({ limit: 1 }, { signal }).catch(nothingForbidden),
  ])
  const [receiver] = receivers.data
  const [event] = events.data
  const [deliveries, received] = await Promise.all([
    event === undefined ? NOTHING : client.deliveries.list({ eventId: event.id }, { signal }),
    receiver === undefined || !mayManage ? NOTHING : client.testReceivers.listRequests(receiver.id, {}, { signal }),
  ])
  return { receiver, webhook: webhooks.data[0], event, deliveries: deliveries.data, received: received.data }
}

const NOTHING = { data: [] } as const

/** A key that may not read events sees none. */
function nothingForbidden(error: unknown): typeof NOTHING {
  if (error instanceof PermissionError) return NOTHING
  throw error
}

/** A step that is done for somebody; what is shown is renewed when it is done. */
export function useStep(run: (client: Client) => Promise<unknown>) {
  const { client } = useSession()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () => run(client),
    onSuccess: () =>
      Promise.all(
        [GUIDE, ['webhooks'], ['stats'], ['test-receivers']].map((queryKey) => queries.invalidateQueries({ queryKey })),
      ),
  })
}

/** The example of a type that the webhook gets. */
export async function publishExample(client: Client, webhookId: string): Promise<void> {
  const subscriptions = await client.webhooks.listSubscriptions(webhookId, { isActive: true, limit: 1 })
  const type = subscriptions.data[0]?.eventKey ?? TYPE_DEFAULT
  const { example } = await client.eventTypes.get(type)
  await client.events.publish({ type, data: example })
}
