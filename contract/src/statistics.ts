// Owns the statistics of a webhook and of a workspace: what is counted, by which buckets of time, and what is known of now.
export const BUCKET_SIZES = ['1m', '5m', '1h', '1d'] as const
export type BucketSize = (typeof BUCKET_SIZES)[number]

/** Of an attempt; `total` is all of it, from its beginning to its end. */
export const LATENCY_PHASES = ['dns', 'connect', 'tls', 'firstByte', 'total'] as const
export type LatencyPhase = (typeof LATENCY_PHASES)[number]

/** Where an attempt without a whole response stopped. */
export const STOP_PHASES = ['dns', 'connect', 'tls', 'first_byte', 'body'] as const
export type StopPhase = (typeof STOP_PHASES)[number]
