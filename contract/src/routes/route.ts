// Owns the form of a row in the table of routes.

import type Type from 'typebox'
import type { Scope } from '../api-key.ts'
import type { Capability } from '../portal-session.ts'

export const BODY_BYTES_MAX_DEFAULT = 64 * 1024
/** Of the header `Idempotency-Key`: 1 to 255 printable characters of ASCII, no space at its ends. */
export const IDEMPOTENCY_KEY_PATTERN = '^[\\x21-\\x7e](?:[\\x20-\\x7e]{0,253}[\\x21-\\x7e])?$'

export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** `:name` marks a parameter, as Fastify writes it. */
  readonly path: string
  readonly tag: string
  readonly summary: string
  /** `null`: open to everybody (health, docs). */
  readonly scope: Scope | null
  /** Which of a portal session's capabilities opens it; `null`: it is closed to portals. */
  readonly capability: Capability | null
  readonly params?: Type.TSchema
  readonly query?: Type.TSchema
  readonly body?: Type.TSchema
  readonly bodyBytesMax?: number
  readonly status: 200 | 201 | 202 | 204
  readonly response?: Type.TSchema
  /** It answers with server-sent events, and goes on: what the data of each kind of frame is. */
  readonly streams?: Readonly<Record<string, Type.TSchema>>
  /** Members of the response that hold a key or a secret: no stored response has them (docs/decisions/0045). */
  readonly reveals?: readonly string[]
}
