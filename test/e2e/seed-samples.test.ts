import { execFile } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { scratchFolder } from '../support/scratch.ts'
import { TimbreProcess } from '../support/timbre-process.ts'

// The two samples of the seed, to the letter.
const CREATE_WEBHOOK = `import { createClient } from "@getsupervisor/agents-studio-sdk";

const client = createClient({
  baseUrl: "https://api-prod.studio.getsupervisor.ai/v1",
  workspaceId: process.env.WORKSPACE_ID!,
  apiKey: process.env.API_KEY!,
});

const webhook = await client.webhooks.create({
  url: "https://miapp.com/webhooks/supervisor",
  description: "Actualiza el CRM con el estado de la llamada",
  headers: {
    "X-Custom-Signature": "allowed",
  },
  isActive: true,
});

console.log(webhook.id, webhook.secretPreview);
`
const CREATE_SUBSCRIPTION = `import { createClient } from "@getsupervisor/agents-studio-sdk";

const client = createClient({
  baseUrl: "https://api-prod.studio.getsupervisor.ai/v1",
  workspaceId: process.env.WORKSPACE_ID!,
  apiKey: process.env.API_KEY!,
});

const subscription = await client.webhooks.createSubscription(
  "wh_01J8XW1N9P2Q3R4S5T6U",
  {
    eventKey: "call.status.updated",
    isActive: true,
  }
);

console.log(subscription.id, subscription.eventKey);
`
const SEED_WEBHOOK_ID = 'wh_01J8XW1N9P2Q3R4S5T6U'

const timbre = new TimbreProcess()
const folder = scratchFolder()
let webhookId = ''

// The second sample names a webhook of the seed's own world, by an id that is no valid one (20 characters, one of them
// not of the alphabet). This gateway puts the first sample's webhook in its place; all else passes through unchanged.
const gateway = createServer((incoming: IncomingMessage, outgoing: ServerResponse) => {
  const path = (incoming.url ?? '/').replace(SEED_WEBHOOK_ID, webhookId)
  const onward = request(
    `${timbre.address}${path}`,
    { method: incoming.method, headers: incoming.headers },
    (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(outgoing)
    },
  )
  incoming.pipe(onward)
})

beforeAll(async () => {
  await timbre.start()
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  gateway.close()
  gateway.closeAllConnections()
  await timbre.destroy()
  rmSync(folder, { recursive: true, force: true })
})

/** Runs a sample as it stands but for the base URL, and gives what it printed. */
async function run(name: string, sample: string): Promise<string> {
  const { port } = gateway.address() as AddressInfo // a TCP server that listens has one
  const file = join(folder, `${name}.mts`)
  writeFileSync(file, sample.replace('https://api-prod.studio.getsupervisor.ai', `http://127.0.0.1:${port}`))
  const env = { PATH: process.env['PATH'], WORKSPACE_ID: timbre.workspaceId, API_KEY: timbre.apiKey }
  return (await promisify(execFile)(process.execPath, [file], { env, encoding: 'utf8' })).stdout.trim()
}

describe('the code samples of the seed', () => {
  test('create a webhook and subscribe it, as they stand', async () => {
    const [id, secretPreview] = (await run('create-webhook', CREATE_WEBHOOK)).split(' ')
    webhookId = String(id)
    expect(secretPreview).toMatch(/^whsec_\*{16}.{4}$/)
    expect(await timbre.client().webhooks.get(webhookId)).toMatchObject({
      agentId: null,
      url: 'https://miapp.com/webhooks/supervisor',
      description: 'Actualiza el CRM con el estado de la llamada',
      headers: { 'X-Custom-Signature': 'allowed' },
      isActive: true,
      lastDeliveryAt: null,
      successCount: 0,
      failureCount: 0,
    })

    const [subscriptionId, eventKey] = (await run('create-subscription', CREATE_SUBSCRIPTION)).split(' ')
    expect(eventKey).toBe('call.status.updated')
    expect(await timbre.client().webhooks.getSubscription(webhookId, String(subscriptionId))).toMatchObject({
      webhookId,
      isActive: true,
    })
  })

  test('name a webhook that is not there, which is 404', async () => {
    const headers = { authorization: `Bearer ${timbre.apiKey}`, 'x-workspace-id': timbre.workspaceId }
    const response = await fetch(`${timbre.address}/v1/webhooks/${SEED_WEBHOOK_ID}`, { headers })
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ code: 'WEBHOOK_NOT_FOUND' })
  })

  test('send the headers that its curl shows, and answer 400 to a key that is not in the catalogue', async () => {
    const response = await fetch(`${timbre.address}/v1/webhooks/${webhookId}/subscriptions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${timbre.apiKey}`,
        'content-type': 'application/json',
        'x-workspace-id': timbre.workspaceId,
      },
      body: '{"eventKey":"call.unheard_of"}',
    })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ code: 'UNKNOWN_EVENT_TYPE' })
  })
})
