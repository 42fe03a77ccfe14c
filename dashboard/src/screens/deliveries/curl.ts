// Owns a delivery's request as a curl command with a signature that is good now.
// Must never write the secret into it: only what is made with it.
import type { Client, Delivery } from '@getsupervisor/agents-studio-sdk'
import { signRequest } from '@getsupervisor/agents-studio-sdk/receiver'

/** Asks for the webhook and its secret; who may not see the secret is refused by the service. */
export async function signedCurl(client: Client, { id, webhookId, requestBody }: Delivery): Promise<string> {
  const [webhook, { secret }] = await Promise.all([
    client.webhooks.get(webhookId),
    client.webhooks.getSecret(webhookId),
  ])
  const { id: eventId, type, created_at, data } = requestBody
  // What Timbre sends always has the four (CONTRACT §3).
  const event = { id: String(eventId), type: String(type), created_at: String(created_at), data: data as object }
  const { headers, body } = await signRequest({ ...event, data: { ...event.data } }, secret)
  return curlText(webhook.url, { ...headers, 'x-supervisor-delivery': id, ...webhook.headers }, body)
}

/** One argument a line, each in quotes that a POSIX shell takes whatever is in them for. */
export function curlText(url: string, headers: Readonly<Record<string, string>>, body: string): string {
  const lines = [
    `curl -sS -i -X POST ${quoted(url)}`,
    ...Object.entries(headers).map(([name, value]) => `  -H ${quoted(`${name}: ${value}`)}`),
    `  --data-binary ${quoted(body)}`,
  ]
  return lines.join(' \\\n')
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
