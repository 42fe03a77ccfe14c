// Owns parsing JSON that the server itself wrote of what clients sent: schemas, examples, events, stored responses.
// Must never take a text that may have a name twice; a client's own text is read by api/validation/read-json-body.ts.
import { readByName } from './json-names.ts'
import { jsonShape } from './json-text.ts'

/**
 * What JSON.parse should give. V8's takes a name that is spelled with escapes, as a quote or a line break in it is, for another one, which an
 * earlier text had at the same place (nodejs/node#63785).
 * @param text valid JSON, without a name twice in one object
 */
export function parseJson(text: string): unknown {
  if (!text.includes('\\') || !jsonShape(text).hasEscapedName) return JSON.parse(text)
  const read = readByName(text)
  if ('value' in read) return read.value
  throw new Error('a text that the server wrote has a name twice')
}
