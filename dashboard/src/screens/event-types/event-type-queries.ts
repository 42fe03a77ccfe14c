// Owns what the screens of event types ask the service, and what they ask it to change.
import type { Client } from '@getsupervisor/agents-studio-sdk'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { CATALOGUE_KEY } from '../../session/catalogue.ts'
import { useSession } from '../../session/session.tsx'

export function useEventType(key: string) {
  const { client } = useSession()
  return useQuery({
    queryKey: ['event-type', key],
    queryFn: ({ signal }) => client.eventTypes.get(key, { signal }),
  })
}

/** A change of the catalogue; what was shown of it is asked for again. */
export function useTypeChange<V, R>(act: (client: Client, value: V) => Promise<R>) {
  const { client } = useSession()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (value: V) => act(client, value),
    onSuccess: () =>
      Promise.all([CATALOGUE_KEY, ['event-type']].map((queryKey) => queries.invalidateQueries({ queryKey }))),
  })
}

interface Checked {
  readonly schema: Record<string, unknown>
  readonly example?: Record<string, unknown>
}

/** What the service's own validator says of a schema and an example, while they are written. @param checked undefined: it cannot be asked */
export function useVerdict(checked: Checked | undefined) {
  const { client } = useSession()
  return useQuery({
    queryKey: ['verdict', checked],
    queryFn: ({ signal }) => client.eventTypes.check(checked ?? { schema: {} }, { signal }),
    enabled: checked !== undefined,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  })
}
