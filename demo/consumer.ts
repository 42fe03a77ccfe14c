// Owns the example of a consumer: a program without a URL that fetches the events of a webhook of kind `pull`, verifies them and works
// on one after another. Run it with BASE_URL, WORKSPACE_ID, API_KEY and WEBHOOK_ID; Ctrl-C ends it after the event it works on.
import { createClient } from '@getsupervisor/agents-studio-sdk'
import { constructEvent } from '@getsupervisor/agents-studio-sdk/receiver'

const { BASE_URL = 'http://127.0.0.1:8080', WORKSPACE_ID = '', API_KEY = '', WEBHOOK_ID = '' } = process.env
const WORK_MS = Number(process.env['WORK_MS'] ?? 0)

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())

const { webhooks } = createClient({ baseUrl: BASE_URL, workspaceId: WORKSPACE_ID, apiKey: API_KEY })
const { secret } = await webhooks.getSecret(WEBHOOK_ID)

// The lease is short, so that others go on soon when this program is killed. It is extended for as long as the program works.
for await (const item of webhooks.pull(WEBHOOK_ID, { max: 16, leaseSeconds: 5, signal: stop.signal })) {
  const event = await constructEvent(item.body, item.headers, secret)
  process.stdout.write(`${event.id} ${JSON.stringify(event.data)}\n`)
  // The work. Going on acknowledges the event; `item.fail()` has it come again later, and an error that ends the loop does too.
  if (WORK_MS > 0) await new Promise((resolve) => setTimeout(resolve, WORK_MS))
}
