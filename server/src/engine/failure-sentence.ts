// Owns the sentence that a developer reads under a failed attempt: what happened and what to do.
import type { Outcome } from '../platform/transport.ts'

export function failureSentence(outcome: Outcome): string {
  if (outcome.responseStatus === null) return outcome.error ?? 'No answer came.'
  if (outcome.kind !== 'answered')
    return `Status ${outcome.responseStatus} came, but not the whole response. ${outcome.error ?? ''}`.trimEnd()
  return `The receiver answered ${outcome.responseStatus}. ${advice(outcome.responseStatus)}`.trimEnd()
}

function advice(status: number): string {
  if (status === 304) return 'It answers a conditional GET, and a delivery is neither: answer any 2xx.'
  if (status >= 300 && status < 400) return 'Redirects are not followed: register the final URL.'
  if (status === 401 || status === 403) return 'Check the signature secret and the custom headers.'
  if (status === 404 || status === 405) return 'Check the URL and that it takes POST.'
  if (status === 410) return 'The webhook was disabled; set isActive to true to use it again.'
  if (status === 429) return 'The receiver wants fewer requests: set rateLimitPerSecond.'
  return 'Any 2xx counts as success.'
}
