// Owns which `format` words assert something (docs/decisions/0037). Any other is an annotation, as JSON Schema 2020-12 says.
import { DATE_TIME_FORMATS } from './date-time.ts'
import { isEmail } from './email.ts'
import type { Format } from './format.ts'
import { linear } from './format.ts'
import { isHostname } from './hostname.ts'
import { isIpv4, isIpv6 } from './ip.ts'
import { REGEX_FORMAT } from './regex.ts'
import { isUri, isUriReference } from './uri.ts'

const TABLE = {
  ...DATE_TIME_FORMATS,
  email: linear(isEmail, 1),
  hostname: linear(isHostname, 0.25),
  ipv4: linear(isIpv4),
  ipv6: linear(isIpv6),
  uri: linear(isUri),
  'uri-reference': linear(isUriReference),
  /** RFC 9562 §4, without `urn:uuid:`. */
  uuid: linear((text) => /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text)),
  /** RFC 6901. */
  'json-pointer': linear((text) => /^(?:\/(?:[^~/]|~[01])*)*$/.test(text)),
  /** draft-bhutton-relative-json-pointer-00. */
  'relative-json-pointer': linear((text) => /^(?:0|[1-9][0-9]*)(?:#|(?:\/(?:[^~/]|~[01])*)*)$/.test(text)),
  regex: REGEX_FORMAT,
} as const satisfies Readonly<Record<string, Format>>

export const FORMATS: ReadonlyMap<string, Format> = new Map(Object.entries(TABLE))
