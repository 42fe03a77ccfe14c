// Owns the attempt as tools show it. Must never show a header that was sent: a signature or a tenant's own value is in one.
import type { Attempt, CallAttempt } from '@getsupervisor/agents-studio-sdk'
import { OUTCOMES, TRIGGERS } from '@timbre/contract/attempt.ts'
import { Nullable, Words } from '@timbre/contract/schema.ts'
import Type from 'typebox'
import { Untrusted, untrusted, untrustedOrNull } from '../untrusted.ts'
import { plain } from './plain.ts'

const brief = {
  number: Type.Integer(),
  trigger: Words(TRIGGERS),
  startedAt: Type.String(),
  durationMs: Type.Number(),
  outcome: Words(OUTCOMES),
  responseStatus: Nullable(Type.Integer()),
}

/** Of the last attempt of a delivery, which says its error itself. */
export const BriefAttempt = Type.Object(brief)
export type BriefAttempt = Type.Static<typeof BriefAttempt>

export const ShownAttempt = Type.Object({
  ...brief,
  error: Nullable(Type.String({ description: 'What went wrong, and what to do' })),
  remoteAddress: Nullable(Type.String()),
  responseHeaders: Nullable(Untrusted, { description: 'Those that say something of a failure' }),
  responseBody: Nullable(Untrusted),
})
export type ShownAttempt = Type.Static<typeof ShownAttempt>

const TELLING_HEADERS = ['content-type', 'retry-after', 'server', 'allow', 'www-authenticate']
const HEADERS_LENGTH_MAX = 400
const BODY_LENGTH_MAX = 1200

export function briefAttempt(attempt: Attempt | CallAttempt): BriefAttempt {
  const { number, trigger, startedAt, durationMs, outcome, responseStatus } = attempt
  return { number, trigger, startedAt, durationMs, outcome, responseStatus }
}

export function shownAttempt(attempt: Attempt): ShownAttempt {
  const { error, remoteAddress, responseHeaders, responseBody } = attempt
  return {
    ...briefAttempt(attempt),
    error: plain(error),
    remoteAddress,
    responseHeaders: responseHeaders && untrusted(tellingLines(responseHeaders), HEADERS_LENGTH_MAX),
    responseBody: untrustedOrNull(responseBody, BODY_LENGTH_MAX),
  }
}

function tellingLines(headers: Readonly<Record<string, string>>): string {
  return Object.entries(headers)
    .filter(([name]) => TELLING_HEADERS.includes(name.toLowerCase()))
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n')
}
