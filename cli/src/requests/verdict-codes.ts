// Owns the exit code of each verdict of `timbre verify`. docs/reference/cli.md is made from it.
// Must never give a number another meaning: scripts go by them.
import type { RefusalCause } from '@getsupervisor/agents-studio-sdk'
import type { DiagnosisCause } from '@getsupervisor/agents-studio-sdk/receiver'

/** 0: it verifies, whatever else there is to say. */
export const VERDICT_CODES: Readonly<Record<DiagnosisCause | 'unknown', number>> = {
  unknown: 20,
  secret_missing: 21,
  secret_masked: 22,
  header_missing: 23,
  header_malformed: 24,
  headers_changed: 25,
  scheme_mixed: 26,
  secret_spelling: 27,
  older_secret: 28,
  other_webhook: 29,
  body_missing: 30,
  trailing_newline: 31,
  charset: 32,
  double_encoded: 33,
  body_reserialised: 34,
  truncated: 35,
  id_mismatch: 36,
  clock: 37,
  replayed: 38,
}

/** With `--source`: why it is no request of the provider. */
export const REFUSAL_CODES: Readonly<Record<RefusalCause, number>> = {
  no_signature: 40,
  malformed_signature: 41,
  unknown_algorithm: 42,
  wrong_secret: 43,
  body_changed: 44,
  wrong_url: 45,
  too_old: 46,
  in_future: 47,
  no_body_hash: 48,
  not_readable: 49,
  needs_answer: 50,
  too_large: 51,
}
