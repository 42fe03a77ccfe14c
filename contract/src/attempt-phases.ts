// Owns the phases of an attempt, as statistics tell of them. Apart from their schemas, so that a thread of the storage does without the
// library of schemas.

/** Of an attempt; `total` is all of it, from its beginning to its end. */
export const LATENCY_PHASES = ['dns', 'connect', 'tls', 'firstByte', 'total'] as const
export type LatencyPhase = (typeof LATENCY_PHASES)[number]

/** Where an attempt without a whole response stopped. */
export const STOP_PHASES = ['dns', 'connect', 'tls', 'first_byte', 'body'] as const
export type StopPhase = (typeof STOP_PHASES)[number]
