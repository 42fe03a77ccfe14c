// Owns where an attempt without a whole response stopped, and at which fault, as far as its evidence tells. Pure.
import type { Attempt, OutcomeKind, Timings } from '@timbre/contract/attempt.ts'
import type { StopPhase } from '@timbre/contract/attempt-phases.ts'
import { type CertificateFault, certificateFaultOf } from '@timbre/contract/certificate-faults.ts'

export interface AttemptEvidence {
  readonly outcome: OutcomeKind
  readonly timings: Timings
  readonly remoteAddress: string | null
}

/** Null: a response came, or nothing was tried at all. */
export function stopPhaseOf({ outcome, timings, remoteAddress }: AttemptEvidence): StopPhase | null {
  switch (outcome) {
    case 'answered':
    case 'blocked_address':
    case 'invalid_target':
      return null
    case 'dns_failed':
      return 'dns'
    case 'tls_failed':
      return 'tls'
    case 'connection_refused':
      return 'connect'
    case 'timed_out':
    case 'connection_reset':
    case 'connection_failed':
    case 'invalid_response':
      if (timings.firstByte !== null) return 'body'
      // A connection has an address once it is there; what was sent over it got no response.
      return remoteAddress === null ? 'connect' : 'first_byte'
  }
}

/** Null: it failed for another reason, or not at all. */
export function stopFaultOf({ outcome, error }: Pick<Attempt, 'outcome' | 'error'>): CertificateFault | null {
  return outcome === 'tls_failed' ? certificateFaultOf(error) : null
}
