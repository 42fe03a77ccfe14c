// Owns the attacks of a tenant by receivers of its own: those that hang, that answer in crumbs, that fail.
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Certificates } from '../../../test/support/certificates.ts'
import type { Attack, AttackTarget } from './attack.ts'
import { makeTenant, subscribe, type Tenant } from './tenant.ts'

const WEBHOOKS = 100
const LARGE_CHARACTERS = 200_000
const LARGE_EVENTS = 12
const CRUMBLING_WEBHOOKS = 20
const CRUMBLING_EVENTS = 16
const CRUMBS = 16_384
const FAILING_EVENTS = 50

/** 100 webhooks that never answer, and events of 200 KB for all of them. */
export async function hangingReceivers(target: AttackTarget): Promise<Attack> {
  const tenant = await makeTenant(target)
  await tenant.client.eventTypes.create({ key: 'attack.large', schema: {} })
  await subscribe(tenant, urls(target.hangUrl, WEBHOOKS), 'attack.large')
  const data = { x: 'y'.repeat(LARGE_CHARACTERS) }
  let timer: NodeJS.Timeout | undefined
  let published = 0
  const publish = () =>
    tenant.client.events.publish({ type: 'attack.large', data }).then(
      () => published++,
      () => undefined,
    )
  return {
    async start() {
      published = 0
      for (let nth = 0; nth < LARGE_EVENTS; nth++) await publish()
      timer = setInterval(publish, 1000)
    },
    async stop() {
      clearInterval(timer)
      return `${published} events of ${LARGE_CHARACTERS / 1000} KB to ${WEBHOOKS} webhooks`
    },
  }
}

/** Answers of 16 KiB in chunks of one byte, which then do not end. */
export async function oneByteChunks(target: AttackTarget): Promise<Attack> {
  const tenant = await makeTenant(target)
  const crumbs = Buffer.from('1\r\nx\r\n'.repeat(CRUMBS))
  let answered = 0
  const url = await listen(target.certificates, (response) => {
    answered++
    response.writeHead(200, { 'transfer-encoding': 'chunked' })
    response.flushHeaders()
    response.socket?.write(crumbs)
  })
  await subscribe(tenant, urls(url, CRUMBLING_WEBHOOKS), 'call.completed')
  return {
    async start() {
      answered = 0
      await publishBatch(tenant, CRUMBLING_EVENTS)
    },
    stop: async () => `${answered} answers`,
  }
}

/** 100 webhooks at one host that did not ask for them, and that refuses each. */
export async function failingOrigin(target: AttackTarget): Promise<Attack> {
  const tenant = await makeTenant(target)
  let requests = 0
  const url = await listen(target.certificates, (response) => {
    requests++
    response.writeHead(404).end()
  })
  const ids: string[] = []
  for (const one of urls(url, WEBHOOKS)) ids.push(await failingWebhook(tenant, one))
  const setActive = (isActive: boolean) => Promise.all(ids.map((id) => tenant.client.webhooks.update(id, { isActive })))
  return {
    async start() {
      requests = 0
      await setActive(true)
      await publishBatch(tenant, FAILING_EVENTS)
    },
    async stop() {
      const sent = requests
      await setActive(false)
      return `${sent} requests to the host for one batch of ${FAILING_EVENTS} events`
    },
  }
}

/** With the shortest waits that are taken. */
async function failingWebhook({ client }: Tenant, url: string): Promise<string> {
  const create = (wait: number) => client.webhooks.create({ url, retrySchedule: [0, ...Array(19).fill(wait)] })
  const { id } = await create(0).catch(() => create(5))
  await client.webhooks.createSubscription(id, { eventKey: 'call.completed' })
  return id
}

async function publishBatch({ client }: Tenant, count: number): Promise<void> {
  const event = { type: 'call.completed', data: { call_id: 'attack' } } as const
  await client.events.publishBatch(Array(count).fill(event)).catch(() => undefined)
}

async function listen({ key, cert }: Certificates, answer: (response: ServerResponse) => void): Promise<string> {
  const server = createServer({ key, cert }, (request, response) => {
    response.on('error', () => undefined)
    request.resume().on('end', () => answer(response))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A TCP server that listens has an AddressInfo; the other forms belong to pipes.
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function urls(origin: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${origin}/${index}`)
}
