// Owns the id that every response carries in `x-request-id`.
// Must never trust a given one beyond its form: it goes into headers and logs.
import type { IncomingMessage } from 'node:http'
import type { ApiDependencies } from '../api-dependencies.ts'

const GIVEN = /^[\x21-\x7e]{1,128}$/

/** The caller's id when it is 1–128 printable ASCII characters without spaces, else a new UUID. */
export function requestId(
  request: Pick<IncomingMessage, 'headers'>,
  { random, clock }: Pick<ApiDependencies, 'random' | 'clock'>,
): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && GIVEN.test(given) ? given : random.uuid(clock.now())
}
