// Owns reading the names of a JSON text as they are written: a name that is there twice in an object is found, and one that is spelled
// with escapes is what it spells.
// Must never cost more than in proportion to the text. It recurses as deep as the text nests, which is bounded before.
import { escapePointer } from './json-pointer.ts'
import { memberName, scalarEnd, skipSpace, stringEnd } from './json-text.ts'

/** The value of a text, or the JSON Pointer (RFC 6901) of the first member whose name was there before. */
export type Read = { readonly value: unknown } | { readonly duplicate: string }

/**
 * Two to five times slower than JSON.parse, for the few texts in which that cannot be trusted: V8 takes a name that is spelled with escapes for
 * another one, which an earlier text had at the same place (`"\n"` for `"\\"`, nodejs/node#63785).
 * @param text valid JSON
 */
export function readByName(text: string): Read {
  const reader = new Reader(text)
  const value = reader.read()
  return reader.duplicate === undefined ? { value } : { duplicate: reader.duplicate }
}

/** Set, `__proto__` would be the object's prototype. */
const ORDINARY = { writable: true, enumerable: true, configurable: true }

class Reader {
  duplicate: string | undefined
  readonly #text: string
  readonly #path: (string | number)[] = []
  #index = 0

  constructor(text: string) {
    this.#text = text
  }

  read(): unknown {
    this.#index = skipSpace(this.#text, this.#index)
    const code = this.#text.charCodeAt(this.#index)
    if (code === 0x7b) return this.#object()
    if (code === 0x5b) return this.#array()
    if (code === 0x22) return memberName(this.#taken(stringEnd(this.#text, this.#index)))
    return scalar(this.#taken(scalarEnd(this.#text, this.#index)))
  }

  #object(): object {
    const object: Record<string, unknown> = {}
    for (let next = this.#opened(); next !== 0x7d; next = this.#afterItem()) {
      const name = memberName(this.#taken(stringEnd(this.#text, this.#index)))
      this.#path.push(name)
      if (Object.hasOwn(object, name)) this.duplicate ??= this.#pointer()
      this.#index = skipSpace(this.#text, this.#index) + 1 // past the colon
      const value = this.read()
      if (name === '__proto__') Object.defineProperty(object, name, { value, ...ORDINARY })
      else object[name] = value
      this.#path.pop()
    }
    this.#index++
    return object
  }

  #array(): unknown[] {
    const array: unknown[] = []
    for (let next = this.#opened(); next !== 0x5d; next = this.#afterItem()) {
      this.#path.push(array.length)
      array.push(this.read())
      this.#path.pop()
    }
    this.#index++
    return array
  }

  /** Past the bracket. Returns the first character of what is in it, or the closing bracket. */
  #opened(): number {
    this.#index = skipSpace(this.#text, this.#index + 1)
    return this.#text.charCodeAt(this.#index)
  }

  /** The same of what comes next. */
  #afterItem(): number {
    this.#index = skipSpace(this.#text, this.#index)
    return this.#text.charCodeAt(this.#index) === 0x2c ? this.#opened() : this.#text.charCodeAt(this.#index)
  }

  #taken(end: number): string {
    const taken = this.#text.slice(this.#index, end)
    this.#index = end
    return taken
  }

  #pointer(): string {
    return this.#path.map((part) => `/${escapePointer(String(part))}`).join('')
  }
}

/** JSON's numbers are a part of those that `Number` reads, to the same value. */
function scalar(text: string): unknown {
  if (text === 'null') return null
  return text === 'true' || text === 'false' ? text === 'true' : Number(text)
}
