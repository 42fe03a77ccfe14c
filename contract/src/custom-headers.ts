// Owns the rule for a webhook's own headers (CONTRACT §2): an allowlist, so that no caller can forge what Timbre sends.

export const CUSTOM_HEADERS_MAX = 20
export const CUSTOM_HEADER_VALUE_BYTES_MAX = 4096
export const CUSTOM_HEADER_NAME_LENGTH_MAX = 256

/** Names beginning with these belong to Timbre, to proxies or to platforms, although they begin with `X-`. */
const RESERVED_PREFIXES = [
  'x-supervisor-',
  'x-forwarded-',
  'x-real-',
  'x-timbre-',
  'x-amz-',
  'x-goog-',
  'x-azure-',
  'x-envoy-',
]
const RESERVED_NAMES = new Set([
  'x-request-id',
  'x-api-key',
  'x-workspace-id',
  'x-http-method-override',
  'x-original-url',
  'x-rewrite-url',
])

/** Never allowed, whatever the operator adds: credentials, framing, hop-by-hop (RFC 9110 §7.6.1), Standard Webhooks. */
const FORBIDDEN_NAMES = new Set([
  'authorization',
  'cookie',
  'set-cookie',
  'host',
  'connection',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
  'user-agent',
  'date',
  'via',
  'forwarded',
  'origin',
  'referer',
])
const FORBIDDEN_PREFIXES = ['content-', 'webhook-', 'proxy-', 'sec-', 'x-supervisor-']

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

export type HeaderRefusal = 'too_many' | 'bad_name' | 'not_allowed' | 'duplicate' | 'bad_value' | 'value_too_long'

/**
 * Why a set of custom headers is refused, or `undefined` when it is fine.
 * @param headers name → value as the caller sent them
 * @param allowlist names that the operator adds to those beginning with `X-` (TIMBRE_HEADER_ALLOWLIST), in any case
 * @returns the offending header's name and the reason
 */
export function refusedHeader(
  headers: Readonly<Record<string, string>>,
  allowlist: readonly string[] = [],
): { readonly name: string; readonly reason: HeaderRefusal } | undefined {
  const seen = new Set<string>()
  const entries = Object.entries(headers)
  for (const [name, value] of entries) {
    const reason = refusedName(name, allowlist) ?? refusedValue(value)
    if (reason !== undefined) return { name, reason }
    if (seen.has(name.toLowerCase())) return { name, reason: 'duplicate' }
    seen.add(name.toLowerCase())
  }
  const overflow = entries[CUSTOM_HEADERS_MAX]
  return overflow === undefined ? undefined : { name: overflow[0], reason: 'too_many' }
}

function refusedName(name: string, allowlist: readonly string[]): HeaderRefusal | undefined {
  if (!TOKEN.test(name) || name.length > CUSTOM_HEADER_NAME_LENGTH_MAX) return 'bad_name'
  const lower = name.toLowerCase()
  if (FORBIDDEN_NAMES.has(lower) || FORBIDDEN_PREFIXES.some((prefix) => lower.startsWith(prefix))) return 'not_allowed'
  if (allowlist.some((allowed) => allowed.toLowerCase() === lower)) return undefined
  const reserved = RESERVED_NAMES.has(lower) || RESERVED_PREFIXES.some((prefix) => lower.startsWith(prefix))
  return lower.startsWith('x-') && !reserved ? undefined : 'not_allowed'
}

// RFC 9110 §5.5: visible characters, spaces and tabs. Bytes above 0x7E are refused: receivers disagree about their charset.
const FIELD_VALUE = /^[\t\x20-\x7e]*$/

function refusedValue(value: string): HeaderRefusal | undefined {
  if (!FIELD_VALUE.test(value)) return 'bad_value'
  return value.length > CUSTOM_HEADER_VALUE_BYTES_MAX ? 'value_too_long' : undefined
}
