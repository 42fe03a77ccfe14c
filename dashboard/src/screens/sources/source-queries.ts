// Owns what the screens of sources ask the service, and what they ask it to change.
import type { Client, Source } from '@getsupervisor/agents-studio-sdk'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useMay, useSession } from '../../session/session.tsx'

const ALL = 100
/** Whoever sets a provider up waits for its first message. */
const WATCH_MS = 5000

export function useSources() {
  const { client } = useSession()
  return useQuery({
    queryKey: ['sources'],
    queryFn: async ({ signal }): Promise<readonly Source[]> =>
      (await client.sources.list({ limit: ALL }, { signal })).data,
  })
}

/** It is not asked for by whoever may not see it. */
export function useSource(id: string) {
  const { client } = useSession()
  const enabled = useMay('sources:read')
  return useQuery({
    queryKey: ['source', id],
    enabled,
    queryFn: ({ signal }) => client.sources.get(id, { signal }),
    refetchInterval: WATCH_MS,
  })
}

export function useSignals(id: string) {
  const { client } = useSession()
  return useQuery({
    queryKey: ['source', id, 'signals'],
    queryFn: ({ signal }) => client.sources.listSignals(id, { signal }),
    refetchInterval: WATCH_MS,
  })
}

export function useRefusedRequests(id: string) {
  const { client } = useSession()
  return useQuery({
    queryKey: ['source', id, 'refused'],
    queryFn: ({ signal }) => client.sources.listRefusedRequests(id, { signal }),
    refetchInterval: WATCH_MS,
  })
}

/** A change of a source; what was shown of it is asked for again. */
export function useSourceChange<V, R>(id: string, act: (client: Client, value: V) => Promise<R>) {
  const { client } = useSession()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (value: V) => act(client, value),
    // What the form had in it may be a secret.
    gcTime: 0,
    onSuccess: () =>
      Promise.all([['source', id], ['sources'], ['calls']].map((queryKey) => queries.invalidateQueries({ queryKey }))),
  })
}
