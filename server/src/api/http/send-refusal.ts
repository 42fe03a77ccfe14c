// Owns responses that are given before the framework has seen the request: in the form and with the headers of every response.
// Must never read the body of what it refuses.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Refusal } from '@timbre/contract/errors.ts'
import { problemOf } from './problem.ts'
import { requestId } from './request-head.ts'
import { SECURITY_HEADERS } from './security-headers.ts'
import { closesAfter } from './unread-body.ts'

export type RefusalDependencies = Parameters<typeof requestId>[1]

export function sendRefusal(
  deps: RefusalDependencies,
  request: IncomingMessage,
  response: ServerResponse,
  refusal: Refusal,
): void {
  const problem = problemOf(refusal, { acceptLanguage: request.headers['accept-language'], bodyBytesMax: 0 })
  const body = JSON.stringify(problem.body)
  response
    .writeHead(problem.status, {
      ...SECURITY_HEADERS,
      ...problem.headers,
      ...(closesAfter(request, problem.status) && { connection: 'close' }),
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(Buffer.byteLength(body)),
      'x-request-id': requestId(request, deps),
    })
    .end(body)
}
