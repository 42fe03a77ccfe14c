// Owns reading a HAR (HTTP Archive 1.2), as browsers, proxies and tunnels save it.
import { CommandError } from '../frame/command-failure.ts'
import type { RecordedRequest } from './recorded-request.ts'

interface Entry {
  readonly startedDateTime?: string
  readonly request: {
    readonly url?: string
    readonly headers: readonly { readonly name: string; readonly value: string }[]
    readonly postData?: { readonly text?: string; readonly encoding?: string }
  }
}

/** @param isSigned which of them are meant: in a HAR there may be hundreds of others */
export function requestsOfHar(text: string, isSigned: (request: RecordedRequest) => boolean): RecordedRequest[] {
  return entriesOf(text).map(requestOf).filter(isSigned)
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
    ...(request.url === undefined ? {} : { url: request.url }),
    body: Buffer.from(text, encoding === 'base64' ? 'base64' : 'utf8'),
    ...(Number.isNaN(receivedAt) ? {} : { receivedAt }),
  }
}
