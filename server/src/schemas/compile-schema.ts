// Owns the way from a document to its compiled form: each schema in it once, each keyword by its table, references at the end.
// Must never hand a word that is not in the table to anything, nor follow a reference while it compiles.
import { SCHEMA_BOUNDS } from './bounds.ts'
import { type CompiledSchema, keptBytes } from './compiled-schema.ts'
import { type Dialect, dialectOf, refuseOtherMeaning } from './dialect.ts'
import { below, isObject, type JsonObject, type KeywordPlace, member, refuseAt, tooComplex } from './keyword.ts'
import { KEYWORDS } from './keywords/keywords.ts'
import { PatternSet } from './patterns/pattern-set.ts'
import { Places } from './places.ts'
import { refuseLoops } from './reference-loops.ts'
import { refuseUnstorable } from './refuse-unstorable.ts'
import type { Check, SchemaNode } from './schema-node.ts'

/** Compiles a document. Throws INVALID_EVENT_TYPE_SCHEMA with what is wrong and where. */
export function compileSchema(document: JsonObject): CompiledSchema {
  refuseUnstorable(document)
  return new Compiler(dialectOf(document)).compile(document)
}

class Compiler {
  readonly #dialect: Dialect
  readonly #places = new Places()
  readonly #patterns = new PatternSet()
  #checks = 0
  #values = 0

  constructor(dialect: Dialect) {
    this.#dialect = dialect
  }

  compile(document: JsonObject): CompiledSchema {
    const root = this.#nodeAt(document, '')
    this.#places.resolve()
    refuseLoops(this.#places.nodes)
    const counts = {
      references: this.#places.references,
      nodes: this.#places.size,
      checks: this.#checks,
      values: this.#values,
    }
    return {
      root,
      bytes: keptBytes({ ...counts, textBytes: JSON.stringify(document).length, patternBytes: this.#patterns.bytes }),
    }
  }

  /** The schema at a place, which is compiled once. */
  #nodeAt(schema: unknown, pointer: string): SchemaNode {
    const known = this.#places.find(pointer)
    if (known !== undefined) return known
    if (this.#places.size >= SCHEMA_BOUNDS.subschemas)
      tooComplex({ en: `${SCHEMA_BOUNDS.subschemas} subschemas`, es: `${SCHEMA_BOUNDS.subschemas} subesquemas` })
    if (schema !== false && schema !== true && !isObject(schema))
      refuseAt('not_a_schema', pointer, { en: 'must be object,boolean', es: 'debe ser object,boolean' })
    const node: SchemaNode = { pointer, isNever: schema === false, checks: [], lastChecks: [], inPlace: [] }
    this.#places.add(node)
    if (schema === false) node.checks.push(never)
    if (isObject(schema)) this.#readKeywords(schema, node)
    return node
  }

  #readKeywords(schema: JsonObject, node: SchemaNode): void {
    if (this.#dialect === 'draft-07') refuseOtherMeaning(schema, node.pointer)
    for (const [name, keyword] of KEYWORDS) {
      if (!Object.hasOwn(schema, name)) continue
      const check = keyword.read(schema[name], this.#placeOf(name, schema, node))
      if (check === undefined) continue
      this.#checks++
      if (keyword.isLast) node.lastChecks.push(check)
      else node.checks.push(check)
    }
  }

  #placeOf(name: string, siblings: JsonObject, node: SchemaNode): KeywordPlace {
    const pointer = below(node.pointer, [name])
    const inPlace = (schema: unknown, place: string): SchemaNode => {
      const target = this.#nodeAt(schema, place)
      node.inPlace.push(target)
      return target
    }
    return {
      name,
      pointer,
      siblings,
      child: (schema, ...path) => this.#nodeAt(schema, below(pointer, path)),
      inPlace: (schema, ...path) => inPlace(schema, below(pointer, path)),
      sibling: (other) => {
        const schema = member(siblings, other)
        return schema === undefined ? undefined : inPlace(schema, below(node.pointer, [other]))
      },
      pattern: (text) => this.#patterns.compile(text, pointer),
      reference: (reference) => this.#places.refer(reference, node, pointer),
      countValues: (count) => this.#countValues(count),
    }
  }

  #countValues(count: number): void {
    this.#values += count
    if (this.#values > SCHEMA_BOUNDS.values)
      tooComplex({
        en: `${SCHEMA_BOUNDS.values} values in enum and const`,
        es: `${SCHEMA_BOUNDS.values} valores en enum y const`,
      })
  }
}

const never: Check = (_data, run) =>
  run.fail(() => ({ en: 'is not allowed by the schema', es: 'no lo permite el esquema' }))
