// Owns the programs of customers that the matrix runs: one use of the whole package, in the spelling of each tool.
import { SECRET } from './project.ts'

const NAME = '@getsupervisor/agents-studio-sdk'

/** Signs, verifies, refuses, diagnoses, and calls an API that is not there; prints one line. */
const BODY = `
const secret = '${SECRET}'
async function used() {
  const request = await signRequest({ type: 'call.completed', data: { call_id: 'ñ' } }, secret)
  const event = await constructEvent(request.body, request.headers, secret)
  const refusal = await constructEvent(request.body + ' ', request.headers, secret).catch((error) => error)
  const { cause } = await diagnose(request.body + ' ', request.headers, secret)
  const client = createClient({ baseUrl: 'http://127.0.0.1:1', workspaceId: 'w', apiKey: 'k', retry: { maxRetries: 0 } })
  const failure = await client.webhooks.list().catch((error) => error)
  return [event.type, event.data.call_id, refusal instanceof SignatureError, refusal.code, cause, failure instanceof ApiError, failure.name].join(' ')
}
`
const IMPORTED = ['constructEvent', 'diagnose', 'SignatureError', 'signRequest'].join(', ')

/** What every one of them prints. */
export const PRINTED = 'call.completed ñ true body_changed trailing_newline true ConnectionError'

export const ES_MODULE = `
import { ApiError, createClient } from '${NAME}'
import { ${IMPORTED} } from '${NAME}/receiver'
${BODY}`

export const COMMON_JS = `
const { ApiError, createClient } = require('${NAME}')
const { ${IMPORTED} } = require('${NAME}/receiver')
${BODY}`

/** For compilers: everything that is exported has a type, and wrong uses are errors. */
export const TYPED = `
import { createClient, ApiError, ValidationError, type Client, type Webhook } from '${NAME}'
import {
  constructEvent, diagnose, expressReceiver, fastifyReceiver, honoReceiver, nextReceiver, MemoryStore, once, SignatureError, signRequest, verifySignature,
  type Diagnosis, type DiagnosisCause, type OnceStore, type WebhookEvent,
} from '${NAME}/receiver'

export const client: Client = createClient({ baseUrl: 'https://example.com', workspaceId: 'w', apiKey: 'k' })
export async function pages(): Promise<string[]> {
  const names: string[] = []
  for await (const webhook of client.webhooks.list()) names.push((webhook satisfies Webhook).id)
  const page = await client.deliveries.list({ status: 'failed' })
  await client.events.publish({ type: 'call.completed', data: { call_id: 'c', duration_ms: 1 } })
  // @ts-expect-error a call has an id
  await client.events.publish({ type: 'call.completed', data: {} })
  return [...names, ...page.data.map((delivery) => delivery.eventId)]
}
export function handled(event: WebhookEvent): string | number {
  switch (event.type) {
    case 'call.status.updated':
      return event.data.call_status
    case 'call.completed':
      return event.data.duration_ms ?? 0
    default:
      // @ts-expect-error not every event has one
      return event.data.call_status.length
  }
}
const options = { secret: ['a', 'b'], onEvent: handled, store: new MemoryStore(), onRefused: (error: SignatureError) => error.code }
export const made = [expressReceiver(options), fastifyReceiver({ ...options, path: '/' }), honoReceiver(options), nextReceiver(options)] as const
export const answer: Promise<Response> = made[3](new Request('https://example.com'))
export const diagnosis: Promise<Diagnosis> = diagnose('{}', {}, 'a', { otherSecrets: { wh_b: 'b' } })
export const cause: DiagnosisCause = 'body_reserialised'
export const errors = [ApiError, ValidationError, SignatureError]
export async function verified(store: OnceStore): Promise<WebhookEvent> {
  const { body, headers } = await signRequest({ type: 'order.paid', data: { any: 1 } }, 'a-secret-of-sixteen')
  // @ts-expect-error a call has an id
  await signRequest({ type: 'call.completed', data: {} }, 'a-secret-of-sixteen')
  await verifySignature(new TextEncoder().encode(body), headers, 'a-secret-of-sixteen', { toleranceSeconds: 10 })
  await once(store, 'evt_1', () => {})
  return constructEvent(body, new Headers(headers), ['a-secret-of-sixteen'])
}
`
