// What a newcomer is told (research of the first days): plain words, what was probably meant, and both languages.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ApiUnderTest, startApi, type TestCall } from '../testing/test-api.ts'

let api: ApiUnderTest
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.stop())

async function messages(asked: TestCall): Promise<string[]> {
  const { headers } = asked
  const [english, spanish] = await Promise.all([
    api.call(asked),
    api.call({ ...asked, headers: { ...headers, 'accept-language': 'es' } }),
  ])
  return [english.body.message, spanish.body.message]
}

const webhook = (body: object) => ({ method: 'POST', url: '/v1/webhooks', body }) as const
const event = (body: object) => ({ method: 'POST', url: '/v1/events', body }) as const

test.each([
  [webhook({}), '/url is missing', '/url falta'],
  [
    webhook({ URL: 'https://example.com/' }),
    '/URL is not known here, but url is',
    '/URL no se conoce aquí, pero url sí',
  ],
  [
    webhook({ url: 'https://example.com/', enabled_events: ['call.completed'] }),
    '/enabled_events is not known here, but eventKeys is',
    '/enabled_events no se conoce aquí, pero eventKeys sí',
  ],
  [
    webhook({ url: 'https://example.com/', secret: 'short' }),
    '/secret must have at least 16 characters',
    '/secret debe tener como mínimo 16 caracteres',
  ],
  [
    webhook({ url: 'https://example.com/', agentId: 'oBeDLoLOeuAbiuaMFXRtDOLriTJ5tSxD' }),
    '/agentId must be a UUID, or agt_ and 26 letters and digits. Correct',
    '/agentId debe ser un UUID, o agt_ y 26 letras y dígitos. Corrige',
  ],
  [
    webhook({ url: 'https://example.com/', description: 7 }),
    '/description must be a string or null. Correct',
    '/description debe ser un texto o null. Corrige',
  ],
  [webhook({ url: 'http://localhost:3000' }), 'started with --dev', 'arrancó con --dev'],
  [webhook({ url: 'https://localhost:3000' }), 'with --dev for development', 'con --dev para desarrollar'],
  [
    event({ type: 'call.complete', data: { call_id: 'c' } }),
    'Did you mean call.completed?',
    '¿Querías decir call.completed?',
  ],
  [
    event({ type: 'call.completed', data: { callId: 'c' } }),
    '/data/call_id is missing; callId is there instead. GET /v1/event-types/call.completed shows',
    '/data/call_id falta; en su lugar está callId. GET /v1/event-types/call.completed muestra',
  ],
  [
    { method: 'POST', url: '/v1/events/batch', body: [{ type: 'call.completed' }] } as const,
    'The body must be an object: {"events": […]}',
    'El cuerpo debe ser un objeto: {"events": […]}',
  ],
  [{ url: '/v1/deliveries?page=2' }, '?page is not known here, but after is', '?page no se conoce aquí, pero after sí'],
  [{ url: '/v1/webhooks?limit=1000' }, '?limit must be at most 100', '?limit debe ser como máximo 100'],
  [
    { url: '/v1/webhooks/' },
    ':webhookId is empty: end the path without a /',
    ':webhookId está vacío: termina la ruta sin /',
  ],
  [{ url: '/webhooks' }, 'Routes begin with /v1/', 'Las rutas empiezan por /v1/'],
  [
    { url: '/v1/webhooks', headers: { authorization: 'whatever-key' } },
    'The header Authorization does not begin with Bearer',
    'La cabecera Authorization no empieza por Bearer',
  ],
  [
    { url: '/v1/events?since=2025-08-19T16:00:00+02:00' },
    '?since has a space where its zone has a +: write + as %2B',
    '?since tiene un espacio donde su zona lleva un +: escribe + como %2B',
  ],
  [
    event({ type: 'call.completed', data: { call_id: 'c' }, createdAt: '2016-12-31T23:59:60Z' }),
    '/createdAt is a leap second',
    '/createdAt es un segundo intercalar',
  ],
])('%j is answered in words', async (asked, english, spanish) => {
  const [en, es] = await messages(asked)
  expect(en).toContain(english)
  expect(es).toContain(spanish)
})
