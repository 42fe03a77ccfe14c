// Owns what pages of other origins may ask and read (Fetch standard, CORS protocol). Keys travel in headers, never in cookies.
import type { FastifyCorsOptions } from '@fastify/cors'

const PREFLIGHT_SECONDS = 600

/** @param origins `https://app.example.com`, without a path; no other may read a response */
export function corsOptions(origins: readonly string[]): FastifyCorsOptions {
  return {
    origin: [...origins],
    methods: ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE'],
    allowedHeaders: [
      'authorization',
      'x-api-key',
      'x-workspace-id',
      'workspace-id',
      'content-type',
      'idempotency-key',
      'accept-language',
      'last-event-id',
      'mcp-protocol-version',
      'x-timbre-allow-write',
      'traceparent',
      'x-request-id',
    ],
    exposedHeaders: [
      'x-request-id',
      'idempotency-replayed',
      'location',
      'retry-after',
      'ratelimit-limit',
      'ratelimit-remaining',
      'ratelimit-reset',
    ],
    maxAge: PREFLIGHT_SECONDS,
  }
}
