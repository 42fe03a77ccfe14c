// Owns JSON as people read it: one member on each line, and every number as it was written. Pure.

/** What `lib.es` does not know yet: the text of a value where it stood (tc39/proposal-json-parse-with-source, Node 22 on). */
interface JsonWithSource {
  parse(text: string, reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown): unknown
  rawJSON(text: string): unknown
}
const json = JSON as unknown as JsonWithSource // it has them: the engines of this package do

/** The text itself where it is no JSON. */
export function prettyJson(text: string): string {
  try {
    const value = json.parse(text, (_, one, { source }) =>
      typeof one === 'number' && source !== undefined ? json.rawJSON(source) : one,
    )
    return JSON.stringify(value, null, 2)
  } catch {
    return text
  }
}
