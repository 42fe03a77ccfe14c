// Owns what the card of replays asks the service.
import type { Replay, ReplayCreate } from '@getsupervisor/agents-studio-sdk'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useSession } from '../../session/session.tsx'

const SHOWN = 5
const WATCH_MS = 1000

export function useReplays(webhookId: string) {
  const { client } = useSession()
  return useQuery({
    queryKey: ['replays', webhookId],
    queryFn: async ({ signal }): Promise<readonly Replay[]> =>
      (await client.webhooks.listReplays(webhookId, { limit: SHOWN }, { signal })).data,
    refetchInterval: ({ state }) => (state.data?.some(({ status }) => status === 'running') ? WATCH_MS : false),
  })
}

export function usePreview(webhookId: string) {
  const { client } = useSession()
  return useMutation({
    mutationFn: (replay: ReplayCreate) => client.webhooks.createReplay(webhookId, { ...replay, dryRun: true }),
  })
}

export function useStartReplay(webhookId: string) {
  const { client } = useSession()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (replay: ReplayCreate) => client.webhooks.createReplay(webhookId, replay),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['replays', webhookId] }),
  })
}

export function useCancelReplay(webhookId: string) {
  const { client } = useSession()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => client.webhooks.cancelReplay(webhookId, id),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['replays', webhookId] }),
  })
}
