// Owns the faults that are planted in real requests and receivers, each with the cause that must be named.
import { createHmac } from 'node:crypto'
import type { DiagnoseOptions, DiagnosisCause } from '../../src/receiver/index.ts'
import { EVENT, SECRET, type SignedRequest, signedBody } from './signed-request.ts'

/** How a receiver reads the body: as its framework gives it. */
export type Reader = 'raw' | 'text' | 'json'

/** What a receiver has of a request. */
export interface Taken {
  readonly headers: Readonly<Record<string, string>>
  /** Bytes, text or what was parsed, as the reader says. */
  readonly body: unknown
}

export interface Plant {
  readonly cause: DiagnosisCause
  readonly name: string
  readonly reader: Reader
  /** The request as it arrives: changed by its sender or on the way. Default: as the service sends it. */
  readonly sent?: (
    request: SignedRequest,
    body: string,
  ) => { readonly headers: Record<string, string>; readonly body: string | Buffer }
  /** What the receiver makes of it. Default: nothing. */
  readonly made?: (taken: Taken) => Taken
  /** What the receiver verifies with. Default: the right one. */
  readonly secret?: string | readonly string[]
  /** true: only a body with characters beyond ASCII shows it. */
  readonly needsCharacters?: true
  /** Seconds after it was sent. */
  readonly receivedAfterS?: number
  readonly options?: DiagnoseOptions
}

const OTHER = 'whsec_QW5vdGhlciB3ZWJob29rJ3Mgc2VjcmV0'
const KEY = Buffer.from(SECRET.slice('whsec_'.length), 'base64')

const withBody = (change: (body: string) => unknown) => (taken: Taken) => ({
  ...taken,
  body: change(String(taken.body)),
})
const withHeaders =
  (change: (request: SignedRequest) => Record<string, string | undefined>) => (request: SignedRequest) => {
    const headers = Object.entries({ ...request.headers, ...change(request) }).filter(
      ([, value]) => value !== undefined,
    )
    return { body: request.body, headers: Object.fromEntries(headers) as Record<string, string> } // without those left out
  }

/** The same bytes as Latin-1 text, as `buffer.toString('latin1')` gives it. */
const asLatin1 = (text: string) => Buffer.from(text).toString('latin1')

/** As Python's json.dumps writes it: spaces, and escapes beyond ASCII. */
export function asPython(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(asPython).join(', ')}]`
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .map(([key, item]) => `${asPython(key)}: ${asPython(item)}`)
      .join(', ')}}`
  return asciiJson(value)
}

/** As PHP's json_encode writes it. */
export function asPhp(value: unknown): string {
  return asciiJson(value).replaceAll('/', '\\/')
}

function asciiJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

const secrets = (spellings: Readonly<Record<string, string>>): Plant[] =>
  Object.entries(spellings).map(([name, secret]) => ({ cause: 'secret_spelling', name, reader: 'raw', secret }))

export const PLANTS: readonly Plant[] = [
  { cause: 'secret_missing', name: 'an unset variable', reader: 'raw', secret: '' },
  { cause: 'secret_masked', name: 'the preview', reader: 'raw', secret: 'whsec_****************MjM0' },
  {
    cause: 'header_missing',
    name: 'a proxy that lets X- through alone',
    reader: 'raw',
    sent: withHeaders(() => ({
      'webhook-id': undefined,
      'webhook-timestamp': undefined,
      'webhook-signature': undefined,
    })),
  },
  {
    cause: 'header_missing',
    name: 'one of the three',
    reader: 'text',
    sent: withHeaders(() => ({ 'webhook-id': undefined })),
  },
  {
    cause: 'header_malformed',
    name: 'a rewritten time',
    reader: 'raw',
    sent: withHeaders(() => ({ 'webhook-timestamp': 'today' })),
  },
  {
    cause: 'header_malformed',
    name: 'a cut signature',
    reader: 'raw',
    sent: withHeaders(() => ({ 'webhook-signature': 'v1,abc' })),
  },
  {
    cause: 'headers_changed',
    name: 'a time of its own',
    reader: 'raw',
    sent: withHeaders(({ headers }) => ({ 'webhook-timestamp': `${Number(headers['webhook-timestamp']) + 1}` })),
  },
  {
    cause: 'headers_changed',
    name: "another request's id",
    reader: 'raw',
    sent: withHeaders(() => ({ 'webhook-id': 'evt_other' })),
  },
  {
    cause: 'scheme_mixed',
    name: "the one's signature in the other's header",
    reader: 'raw',
    sent: withHeaders(({ headers }) => ({ 'webhook-signature': headers['x-supervisor-signature'] })),
  },
  {
    cause: 'scheme_mixed',
    name: 'the whole secret as the key of both',
    reader: 'raw',
    sent: withHeaders(({ headers, body }) => {
      const text = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
      return { 'webhook-signature': `v1,${createHmac('sha256', SECRET).update(text).digest('base64')}` }
    }),
  },
  {
    cause: 'scheme_mixed',
    name: 'the body alone',
    reader: 'raw',
    sent: withHeaders(({ body }) => ({
      'webhook-signature': `v1,${createHmac('sha256', KEY).update(body).digest('base64')}`,
    })),
  },
  ...secrets({
    'a line end': `${SECRET}\n`,
    quotes: `"${SECRET}"`,
    'without its prefix': SECRET.slice('whsec_'.length),
    'with two prefixes': `whsec_${SECRET}`,
    'a line of a file': `WEBHOOK_SECRET=${SECRET}`,
    'quotes and a line end': `'${SECRET}'\n`,
    'base64 of it, as Kubernetes keeps secrets': Buffer.from(SECRET).toString('base64'),
    'its key in hex': KEY.toString('hex'),
    'for a URL': encodeURIComponent(`${SECRET} `),
  }),
  {
    cause: 'older_secret',
    name: 'which still signs',
    reader: 'raw',
    sent: (_request, body) => rotated(body),
    secret: OTHER,
  },
  {
    cause: 'older_secret',
    name: 'known to the service',
    reader: 'raw',
    secret: OTHER,
    options: { webhookSecrets: [SECRET] },
  },
  {
    cause: 'other_webhook',
    name: 'of two',
    reader: 'raw',
    secret: OTHER,
    options: { otherSecrets: { wh_a: 'x'.repeat(20), wh_b: SECRET } },
  },
  { cause: 'body_missing', name: 'read before', reader: 'raw', made: withBody(() => '') },
  { cause: 'body_missing', name: 'never kept', reader: 'json', made: (taken) => ({ ...taken, body: undefined }) },
  { cause: 'trailing_newline', name: 'a line end', reader: 'text', made: withBody((body) => `${body}\n`) },
  { cause: 'trailing_newline', name: 'a line end of Windows', reader: 'text', made: withBody((body) => `${body}\r\n`) },
  {
    cause: 'trailing_newline',
    name: 'on the way',
    reader: 'raw',
    sent: ({ headers, body }) => ({ headers, body: ` ${body} ` }),
  },
  { cause: 'charset', name: 'read as Latin-1', needsCharacters: true, reader: 'text', made: withBody(asLatin1) },
  { cause: 'charset', name: 'a byte order mark', reader: 'text', made: withBody((body) => `\ufeff${body}`) },
  {
    cause: 'charset',
    name: 'decomposed',
    needsCharacters: true,
    reader: 'text',
    made: withBody((body) => body.normalize('NFD')),
  },
  {
    cause: 'charset',
    name: 'written as Latin-1 on the way',
    needsCharacters: true,
    reader: 'raw',
    sent: ({ headers, body }) => ({ headers, body: Buffer.from(body, 'latin1') }),
  },
  {
    cause: 'charset',
    name: 'written as UTF-16 on the way',
    reader: 'raw',
    sent: ({ headers, body }) => ({ headers, body: Buffer.from(body, 'utf16le') }),
  },
  { cause: 'double_encoded', name: 'as a JSON text', reader: 'text', made: withBody((body) => JSON.stringify(body)) },
  {
    cause: 'double_encoded',
    name: 'as a JSON text on the way',
    reader: 'json',
    sent: ({ headers, body }) => ({ headers, body: JSON.stringify(body) }),
    made: (taken) => ({ ...taken, body: JSON.stringify(taken.body) }),
  },
  {
    cause: 'double_encoded',
    name: 'in base64',
    reader: 'text',
    made: withBody((body) => Buffer.from(body).toString('base64')),
  },
  { cause: 'double_encoded', name: 'for a URL', reader: 'text', made: withBody(encodeURIComponent) },
  { cause: 'double_encoded', name: 'as a form', reader: 'text', made: withBody((body) => ({ [body]: '' })) },
  { cause: 'body_reserialised', name: 'the parsed body', reader: 'json' },
  {
    cause: 'body_reserialised',
    name: 'written again with an indent',
    reader: 'json',
    made: ({ headers, body }) => ({ headers, body: JSON.stringify(body, null, 2) }),
  },
  {
    cause: 'body_reserialised',
    name: 'written again by Python',
    reader: 'json',
    made: ({ headers, body }) => ({ headers, body: asPython(body) }),
  },
  {
    cause: 'body_reserialised',
    name: 'written again in another order, on the way',
    reader: 'raw',
    sent: ({ headers, body }) => {
      const { created_at, data, id, type } = JSON.parse(body)
      return { headers, body: JSON.stringify({ created_at, data, id, type }, null, 1) }
    },
  },
  {
    cause: 'truncated',
    name: 'a limit of the receiver',
    reader: 'raw',
    made: (taken) => ({ ...taken, body: bytesOf(taken).subarray(0, -20) }),
  },
  {
    cause: 'truncated',
    name: 'on the way',
    reader: 'raw',
    sent: ({ headers, body }) => ({ headers, body: body.slice(0, -20) }),
  },
  {
    cause: 'id_mismatch',
    name: 'signed so',
    reader: 'raw',
    sent: (_request, body) => signedBody(body.replace(EVENT.id, 'evt_another')),
  },
  { cause: 'clock', name: 'seven minutes behind', reader: 'raw', receivedAfterS: -420 },
  { cause: 'clock', name: 'seven minutes ahead', reader: 'raw', receivedAfterS: 420 },
  { cause: 'clock', name: 'of another time zone', reader: 'raw', receivedAfterS: 5.5 * 3600 },
  { cause: 'replayed', name: 'two days old', reader: 'raw', receivedAfterS: 2 * 86_400 + 1000 },
  { cause: 'replayed', name: 'handled before', reader: 'raw', receivedAfterS: 1200, options: { wasHandled: true } },
]

function bytesOf({ body }: Taken): Buffer {
  return body as Buffer // of the reader 'raw'
}

/** While the receiver has the replaced secret. */
function rotated(body: string): SignedRequest {
  const [current, old] = [signedBody(body), signedBody(body, OTHER)]
  const both = `${current.headers['webhook-signature']} ${old.headers['webhook-signature']}`
  return { body, headers: { ...current.headers, 'webhook-signature': both } }
}
