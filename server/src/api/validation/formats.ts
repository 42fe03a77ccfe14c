// Owns which `format` words mean something. Others are annotations, as JSON Schema 2020-12 says.
// Must never add a format whose check can take more than linear time: the texts are the callers'.
import type { Ajv } from 'ajv'
import formats from 'ajv-formats'

const KNOWN_FORMATS = [
  'date-time',
  'date',
  'time',
  'duration',
  'uri',
  'uri-reference',
  'email',
  'hostname',
  'ipv4',
  'ipv6',
  'uuid',
  'json-pointer',
] as const

/** Adds the formats to a validator; `uuid` is strict, without the `urn:uuid:` that the package would allow. */
export function addKnownFormats(ajv: Ajv): void {
  formats.default(ajv, [...KNOWN_FORMATS])
  ajv.addFormat('uuid', /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i)
}
