// Owns reading a HAR (HTTP Archive 1.2), as browsers, proxies and tunnels save it.
import { SUPERVISOR_SIGNATURE, WEBHOOK_SIGNATURE } from '@timbre/contract/signature.ts'
import { CommandError } from '../frame/command-failure.ts'
import type { RecordedRequest } from './recorded-request.ts'

interface Entry {
  readonly startedDateTime?: string
  readonly request: {
    readonly headers: readonly { readonly name: string; readonly value: string }[]
    readonly postData?: { readonly text?: string; readonly encoding?: string }
  }
}

/** Those that are signed: in a HAR there may be hundreds of others. */
export function requestsOfHar(text: string): RecordedRequest[] {
  return entriesOf(text)
    .map(requestOf)
    .filter(({ headers }) => WEBHOOK_SIGNATURE in headers || SUPERVISOR_SIGNATURE in headers)
}

function entriesOf(text: string): readonly Entry[] {
  let har: { readonly log?: { readonly entries?: unknown } }
  try {
    har = JSON.parse(text)
  } catch (error) {
    throw new CommandError(`It begins like a HAR and is no JSON: ${error instanceof Error ? error.message : error}`)
  }
  const entries = har.log?.entries
  if (!Array.isArray(entries) || !entries.every((entry) => Array.isArray(entry?.request?.headers)))
    throw new CommandError('It is JSON and no HAR: there is no log.entries with requests in it.')
  return entries
}

function requestOf({ startedDateTime, request }: Entry): RecordedRequest {
  const headers = Object.fromEntries(request.headers.map(({ name, value }) => [name.toLowerCase(), value]))
  const { text = '', encoding } = request.postData ?? {}
  const receivedAt = Date.parse(startedDateTime ?? '')
  return {
    headers,
    body: Buffer.from(text, encoding === 'base64' ? 'base64' : 'utf8'),
    ...(Number.isNaN(receivedAt) ? {} : { receivedAt }),
  }
}
