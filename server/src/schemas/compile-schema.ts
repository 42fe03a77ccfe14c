// Owns the way from a document to its compiled form: each schema in it once, each keyword by its table, references at the end.
// Must never hand a word that is not in the table to anything, nor follow a reference while it compiles.
import { SCHEMA_BOUNDS } from './bounds.ts'
import { type CompiledSchema, keptBytes } from './compiled-schema.ts'
import { type Dialect, dialectOf, refuseOtherMeaning } from './dialect.ts'
import { below, isObject, type JsonObject, type KeywordPlace, member, refuse, refuseAt } from './keyword.ts'
import { KEYWORDS } from './keywords/keywords.ts'
import { PatternSet } from './patterns/pattern-set.ts'
import { type Place, Places } from './places.ts'
import { refuseLoops } from './reference-loops.ts'
import { refuseUnstorable } from './refuse-unstorable.ts'
import type { Check, SchemaNode } from './run.ts'
import { ofType } from './sentences.ts'

/** Compiles a document. Throws INVALID_EVENT_TYPE_SCHEMA with what is wrong and where. */
export function compileSchema(document: JsonObject): CompiledSchema {
  const compiling = compileInParts(document)
  for (;;) {
    const part = compiling.next()
    if (part.done === true) return part.value
  }
}

/** The same one schema of the document after another, for whoever has to do other things between. Yields what each took. */
export function* compileInParts(document: JsonObject): Generator<number, CompiledSchema> {
  refuseUnstorable(document)
  const compiler = new Compiler(dialectOf(document))
  const root = compiler.begin(document)
  let taken = 0
  while (compiler.readNext()) {
    yield compiler.steps - taken
    taken = compiler.steps
  }
  return compiler.finish(root, JSON.stringify(document).length)
}

/** Compiling one takes as long as so many steps of validating. */
const SCHEMA_STEPS = 100
const VALUE_STEPS = 10

const ENTRIES = [...KEYWORDS]

interface Unread {
  readonly schema: JsonObject
  readonly place: Place
}

class Compiler {
  readonly #dialect: Dialect
  readonly #places = new Places()
  readonly #patterns = new PatternSet()
  /** Schemas that have a place, in the order in which their keywords are read: the outer ones first. */
  readonly #unread: Unread[] = []
  #read = 0
  #checks = 0
  #values = 0

  constructor(dialect: Dialect) {
    this.#dialect = dialect
  }

  /** What has been done so far, as steps of validating. */
  get steps(): number {
    return this.#read * SCHEMA_STEPS + this.#values * VALUE_STEPS + this.#patterns.steps
  }

  begin(document: JsonObject): SchemaNode {
    return this.#placeAt(document, '').node
  }

  /** Reads the keywords of one schema. False: there is none left. */
  readNext(): boolean {
    const next = this.#unread[this.#read++]
    if (next === undefined) return false
    this.#readKeywords(next)
    return true
  }

  finish(root: SchemaNode, textLength: number): CompiledSchema {
    this.#places.resolve()
    refuseLoops(this.#places.all)
    const bytes = keptBytes({
      nodes: this.#places.size,
      checks: this.#checks,
      references: this.#places.references,
      values: this.#values,
      textBytes: textLength,
      patternBytes: this.#patterns.bytes,
    })
    return { root, bytes }
  }

  /** The schema at a place, which is compiled once. */
  #placeAt(schema: unknown, pointer: string): Place {
    const known = this.#places.find(pointer)
    if (known !== undefined) return known
    if (this.#places.size >= SCHEMA_BOUNDS.subschemas) refuse('too_many_subschemas')
    if (schema !== false && schema !== true && !isObject(schema))
      refuseAt('not_a_schema', pointer, ofType(['object', 'boolean']))
    const isNever = schema === false
    const place = { pointer, node: { isNever, checks: isNever ? [never] : [], lastChecks: undefined }, inPlace: [] }
    this.#places.add(place)
    if (isObject(schema)) this.#unread.push({ schema, place })
    return place
  }

  #readKeywords({ schema, place }: Unread): void {
    if (this.#dialect === 'draft-07') refuseOtherMeaning(schema, place.pointer)
    const checks: Check[] = []
    const lastChecks: Check[] = []
    for (const [name, keyword] of ENTRIES) {
      if (!Object.hasOwn(schema, name)) continue
      const check = keyword.read(schema[name], this.#keywordPlace(name, schema, place))
      if (check === undefined) continue
      this.#checks++
      if (keyword.isLast) lastChecks.push(check)
      else checks.push(check)
    }
    // Copies have no spare places: what is pushed to has sixteen.
    place.node.checks = checks.slice()
    if (lastChecks.length > 0) place.node.lastChecks = lastChecks.slice()
  }

  #keywordPlace(name: string, siblings: JsonObject, place: Place): KeywordPlace {
    const pointer = below(place.pointer, [name])
    const inPlace = (schema: unknown, at: string): SchemaNode => {
      const target = this.#placeAt(schema, at)
      place.inPlace.push(target)
      return target.node
    }
    return {
      name,
      pointer,
      siblings,
      child: (schema, ...path) => this.#placeAt(schema, below(pointer, path)).node,
      inPlace: (schema, ...path) => inPlace(schema, below(pointer, path)),
      sibling: (other) => {
        const schema = member(siblings, other)
        return schema === undefined ? undefined : inPlace(schema, below(place.pointer, [other]))
      },
      pattern: (text) => this.#patterns.compile(text, pointer),
      reference: (reference) => this.#places.refer(reference, place, pointer),
      countValues: (count) => this.#countValues(count),
    }
  }

  #countValues(count: number): void {
    this.#values += count
    if (this.#values > SCHEMA_BOUNDS.values) refuse('too_many_values')
  }
}

const never: Check = (_data, run) => run.fail(() => ({ en: 'is not allowed here', es: 'no se permite aquí' }))
