// Owns the keywords that say where schemas are: $ref, $defs, and those that are refused because they name places otherwise.
import { type Keyword, type KeywordPlace, refuseAt } from '../keyword.ts'
import { readObject, readText } from '../keyword-values.ts'

export const CORE_KEYWORDS = {
  $ref: {
    read(value, place) {
      const target = place.reference(readText(value, place))
      return (data, run) => run.apply(target(), data)
    },
  },
  $defs: { read: readDefinitions },
  /** Of draft-07, where references still point into it. */
  definitions: { read: readDefinitions },
  /** Of the whole document: read before anything else (dialect.ts). */
  $schema: {
    read(value, place) {
      readText(value, place)
      if (place.pointer !== '/$schema')
        refuseAt('dialect', place.pointer, { en: 'may only stand at the root', es: 'solo puede estar en la raíz' })
    },
  },
  $comment: { read: (value, place) => void readText(value, place) },
  $id: { read: notSupported },
  $anchor: { read: notSupported },
  $dynamicRef: { read: notSupported },
  $dynamicAnchor: { read: notSupported },
  $vocabulary: { read: notSupported },
  /** Of 2019-09, where they did what the two above do now. */
  $recursiveRef: { read: notSupported },
  $recursiveAnchor: { read: notSupported },
} as const satisfies Readonly<Record<string, Keyword>>

function readDefinitions(value: unknown, place: KeywordPlace): undefined {
  const schemas = readObject(value, place)
  for (const name of Object.keys(schemas)) place.child(schemas[name], name)
}

function notSupported(_value: unknown, { pointer }: KeywordPlace): never {
  return refuseAt('keyword', pointer, { en: 'is not supported', es: 'no se admite' })
}
