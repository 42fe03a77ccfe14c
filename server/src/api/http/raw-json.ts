// Owns JSON that goes into a response as the text it was accepted as: parsing would round integers beyond 2^53.
// Must never hold a text that was not valid JSON when it was accepted.

const texts = new WeakMap<object, string>()

/** Stands for a value in a response; the serializer puts the text in its place. */
export function rawJson(text: string): Record<string, unknown> {
  const stand = {}
  texts.set(stand, text)
  return stand
}

/** The text that a stand-in stands for. */
export function rawJsonText(stand: unknown): string {
  const text = typeof stand === 'object' && stand !== null ? texts.get(stand) : undefined
  if (text === undefined) throw new Error('the value was not made by rawJson')
  return text
}

/** A serialized object with one more member, whose value is raw JSON. */
export function withRawMember(object: string, name: string, text: string): string {
  const separator = object === '{}' ? '' : ','
  return `${object.slice(0, -1)}${separator}${JSON.stringify(name)}:${text}}`
}
