// Owns finding out in which form a request was recorded, and which one is meant.
import { SUPERVISOR_SIGNATURE, WEBHOOK_SIGNATURE } from '@timbre/contract/signature.ts'
import { CommandError } from '../frame/command-failure.ts'
import { requestsOfCurl } from './curl-command.ts'
import { requestsOfHar } from './har.ts'
import { rawRequest } from './raw-http.ts'
import type { RecordedRequest } from './recorded-request.ts'

/** What a file says, and which of its requests are meant. */
export interface ReadingOptions {
  /** What a curl command names with `@`. */
  readonly readFile: (path: string) => Uint8Array
  /** Of several in one file. */
  readonly isSigned: (request: RecordedRequest) => boolean
}

/** By the service: as its deliveries are. */
export function isSignedByTimbre({ headers }: RecordedRequest): boolean {
  return WEBHOOK_SIGNATURE in headers || SUPERVISOR_SIGNATURE in headers
}

/**
 * The requests in a file: raw HTTP, a HAR, or a curl command.
 * @throws CommandError that says why it is none of them
 */
export function recordedRequests(bytes: Uint8Array, { readFile, isSigned }: ReadingOptions): RecordedRequest[] {
  // Latin 1 keeps every byte apart: the body is cut out of the bytes, never out of a text.
  const start = Buffer.from(bytes.subarray(0, 200)).toString('latin1').trimStart()
  if (/^curl(\.exe)?\s/.test(start)) return requestsOfCurl(Buffer.from(bytes).toString('utf8'), readFile)
  if (start.startsWith('{')) return requestsOfHar(Buffer.from(bytes).toString('utf8'), isSigned)
  if (/^[A-Z]+ \S+( HTTP\/\d(\.\d)?)?\r?\n/.test(start) || /^[\w-]+: ?\S/.test(start)) return [rawRequest(bytes)]
  throw new CommandError(
    'This is no recorded request. It must be raw HTTP (POST /path HTTP/1.1, headers, an empty line, the body), a HAR, or a curl command.',
  )
}

/** The one that is meant. */
export function chosen(requests: readonly RecordedRequest[], number: number | undefined): RecordedRequest {
  const [first] = requests
  if (first === undefined) throw new CommandError('There is no request with a body and signature headers in it.')
  if (number === undefined) {
    if (requests.length === 1) return first
    throw new CommandError(
      `There are ${requests.length} signed requests in it. Say which with --entry 1 to ${requests.length}.`,
    )
  }
  const request = requests[number - 1]
  if (request === undefined) throw new CommandError(`There is no entry ${number}: there are ${requests.length}.`)
  return request
}
