// Owns a provider's request as it arrived, and the reading of its body.
// Must never change a byte of what was signed.

/** A request as a provider made it. */
export interface SourceRequest {
  readonly method: string
  /** The URL that the provider called, with its query: what Twilio and Plivo sign. */
  readonly url: string
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** The bytes as they came. */
  readonly body: Uint8Array
}

/** A parsed body: members of a JSON object, or the fields of a form, of which the first of one name counts. */
export type Payload = Readonly<Record<string, unknown>>

/** More than any provider sends; each costs memory and a place in what is sorted and signed. */
export const FORM_FIELDS_MAX = 1000

export function bodyText(request: SourceRequest): string {
  return Buffer.from(request.body.buffer, request.body.byteOffset, request.body.byteLength).toString('utf8')
}

export function isForm(request: SourceRequest): boolean {
  return mediaType(request) === 'application/x-www-form-urlencoded'
}

/** The fields of a form in their order; undefined when there are too many. */
export function formFields(request: SourceRequest): readonly (readonly [name: string, value: string])[] | undefined {
  const fields = [...new URLSearchParams(bodyText(request))]
  return fields.length <= FORM_FIELDS_MAX ? fields : undefined
}

/** The payload of a verified request; undefined when its body is neither a form nor a JSON object. */
export function readPayload(request: SourceRequest): Payload | undefined {
  if (isForm(request)) return formPayload(request)
  try {
    const value: unknown = JSON.parse(bodyText(request))
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function formPayload(request: SourceRequest): Payload | undefined {
  const fields = formFields(request)
  if (fields === undefined) return undefined
  const payload: Record<string, unknown> = Object.create(null)
  for (const [name, value] of fields) payload[name] ??= value
  return payload
}

/** Without parameters, in lower case: `application/json`. */
function mediaType({ headers }: SourceRequest): string {
  return (headers['content-type'] ?? '').split(';', 1).join('').trim().toLowerCase()
}

export function isObject(value: unknown): value is Payload {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
