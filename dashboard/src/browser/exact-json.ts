// Owns reading JSON without losing a number: one that JavaScript cannot hold is kept as it is written, and sent so.

export type JsonObject = Readonly<Record<string, unknown>>

interface RawJson {
  readonly rawJSON: string
}
/** Newer than the compiler's library; a browser without them reads numbers as it always did. */
interface ExactJson {
  readonly rawJSON?: (text: string) => RawJson
  readonly isRawJSON?: (value: unknown) => boolean
}
const exact = JSON as ExactJson

/** Throws SyntaxError. */
export function readJson(text: string): unknown {
  return JSON.parse(text, (_name, value: unknown, context?: { readonly source?: string }) => {
    const source = context?.source
    if (typeof value !== 'number' || source === undefined || exact.rawJSON === undefined) return value
    return String(value) === source ? value : exact.rawJSON(source)
  })
}

/** The value of a text; undefined where it is no JSON. */
export function jsonIn(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: readJson(text) }
  } catch {
    return undefined
  }
}

/** The number as it was written; undefined: it is no such number. */
export function rawNumberText(value: unknown): string | undefined {
  return exact.isRawJSON?.(value) === true ? (value as RawJson).rawJSON : undefined
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && rawNumberText(value) === undefined
}

/** Whether reading it as plain JSON may have changed the digits of a number in it. */
export function hasInexactNumber(value: unknown): boolean {
  return hasWithin(value, (one) => typeof one === 'number' && Math.abs(one) > Number.MAX_SAFE_INTEGER)
}

/** Such a number is lost in a copy that is made member by member. */
export function hasRawNumber(value: unknown): boolean {
  return hasWithin(value, (one) => rawNumberText(one) !== undefined)
}

function hasWithin(value: unknown, isIt: (one: unknown) => boolean): boolean {
  if (isIt(value)) return true
  return typeof value === 'object' && value !== null && Object.values(value).some((one) => hasWithin(one, isIt))
}
