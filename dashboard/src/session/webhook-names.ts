// Owns how webhooks are called where only their id is known: all webhooks of the workspace, asked for once in a while.
import type { Client, Webhook } from '@getsupervisor/agents-studio-sdk'
import { useQuery } from '@tanstack/react-query'
import { useSession } from './session.tsx'

const PAGE_LIMIT = 100
/** More than a workspace has by default; the names of those beyond are their ids. */
const PAGES_MAX = 10

export const webhooksQuery = (client: Client) => ({
  queryKey: ['webhooks'],
  queryFn: async ({ signal }: { readonly signal: AbortSignal }): Promise<readonly Webhook[]> => {
    const found: Webhook[] = []
    let page = await client.webhooks.list({ limit: PAGE_LIMIT }, { signal })
    for (let read = 1; ; read++) {
      found.push(...page.data)
      const next = read < PAGES_MAX ? await page.next() : undefined
      if (next === undefined) return found
      page = next
    }
  },
})

/** Host and path: what tells one from another. */
export function shortUrl(url: string): string {
  return url.replace(/^https?:\/\//, '')
}

/** By id; the id itself where no webhook is known. */
export function useWebhookName(): (id: string) => string {
  const { client } = useSession()
  const { data } = useQuery({ ...webhooksQuery(client), staleTime: 30_000 })
  return (id) => {
    const webhook = data?.find((one) => one.id === id)
    return webhook === undefined ? id : shortUrl(webhook.url)
  }
}
