// Owns the way from a body's bytes to a value: media type, UTF-8, and the text at once or in parts.
// Must never repair a body, and keeps its text: events are passed on byte for byte.
import { Refusal } from '@timbre/contract/errors.ts'
import type { EventLoop } from '../../platform/event-loop.ts'
import { readJsonText } from './json-value.ts'
import { readInParts } from './read-large-json.ts'

export interface JsonBody {
  readonly text: string
  readonly value: unknown
}

/** Above what any body but a batch may have. Reading the worst text of this length takes some 30 ms. */
const WHOLE_LENGTH_MAX = 300_000

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * The body's text and value; undefined when it is empty; a promise only where it is large, so that others have their turn meanwhile.
 * Throws UNSUPPORTED_MEDIA_TYPE, INVALID_JSON, INVALID_INPUT, BODY_TOO_LARGE.
 * @param contentType the header, which is known to name application/json
 */
export function readJsonBody(
  contentType: string,
  bytes: Uint8Array,
  loop: Pick<EventLoop, 'afterTick'>,
): JsonBody | undefined | Promise<JsonBody> {
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(contentType)?.[1]?.toLowerCase()
  if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8')
    throw new Refusal('UNSUPPORTED_MEDIA_TYPE', { reason: 'media_type' })
  if (bytes.length === 0) return undefined
  const text = decode(bytes)
  if (text.charCodeAt(0) === 0xfeff) throw new Refusal('INVALID_JSON', { reason: 'byte_order_mark' })
  if (text.length <= WHOLE_LENGTH_MAX) return { text, value: readJsonText(text) }
  return readInParts(text, loop).then((value) => ({ text, value }))
}

function decode(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes)
  } catch {
    throw new Refusal('INVALID_JSON', { reason: 'not_utf8' })
  }
}
