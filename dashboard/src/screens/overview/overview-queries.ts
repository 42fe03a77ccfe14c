// Owns what the overview asks the service: statistics, and how each webhook fares.
import {
  type Backlog,
  type Client,
  NotFoundError,
  PermissionError,
  type Webhook,
  type WebhookHealth,
} from '@getsupervisor/agents-studio-sdk'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { nowMs } from '../../browser/clock.ts'
import { useSession } from '../../session/session.tsx'
import { webhooksQuery } from '../../session/webhook-names.ts'
import { toExamine } from './attention.ts'
import { queryOfSpan, type Span } from './span.ts'

const RENEWED_MS = 15_000
const DAY_MS = 86_400_000

export function useStatistics(span: Span) {
  const { client } = useSession()
  return useQuery({
    queryKey: ['stats', span],
    queryFn: ({ signal }) => client.stats.get(queryOfSpan(span, nowMs()), { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: RENEWED_MS,
  })
}

export interface Examined {
  readonly webhooks: readonly Webhook[]
  readonly healths: readonly WebhookHealth[]
  /** Whether an event of the last day reached nobody. */
  readonly isAnyUndelivered: boolean
}

/** The webhooks, the health of those that may not do well, and whether anything reached nobody. */
export function useExamined() {
  const { client } = useSession()
  return useQuery({
    queryKey: ['webhooks', 'examined'],
    queryFn: async ({ signal }): Promise<Examined> => {
      const webhooks = await webhooksQuery(client).queryFn({ signal })
      const [isAnyUndelivered, ...healths] = await Promise.all([
        isAnyEventUndelivered(client, signal),
        ...toExamine(webhooks).map(({ id }) => healthOf(client, id, signal)),
      ])
      return { webhooks, healths: healths.filter((one) => one !== undefined), isAnyUndelivered }
    },
    refetchInterval: 2 * RENEWED_MS,
  })
}

/** undefined: it was deleted just now. */
function healthOf(client: Client, id: string, signal: AbortSignal): Promise<WebhookHealth | undefined> {
  return client.webhooks.health(id, { signal }).catch((error: unknown) => {
    if (error instanceof NotFoundError) return undefined
    throw error
  })
}

/** Of these the last are looked at. */
const UNDELIVERED_LOOKED = 50
/** What Timbre itself publishes of webhooks and deliveries: most workspaces subscribe to none of it. */
const OPERATIONAL = /^(webhook|delivery)\./

/** false too for who may not read events. */
async function isAnyEventUndelivered(client: Client, signal: AbortSignal): Promise<boolean> {
  const since = new Date(nowMs() - DAY_MS).toISOString()
  try {
    const { data } = await client.events.list({ undelivered: true, since, limit: UNDELIVERED_LOOKED }, { signal })
    return data.some(({ type }) => !OPERATIONAL.test(type))
  } catch (error) {
    if (error instanceof PermissionError) return false
    throw error
  }
}

export type Waiting = Pick<Backlog, 'oldestPendingAt'>
