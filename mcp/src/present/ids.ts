// Owns ids as tools show and take them: with the prefix that says of what they are.
import { formatId, type IdNoun } from '@timbre/contract/ids.ts'
import Type from 'typebox'

/** An id as it comes in: either form of the API. The service validates it. */
export function Id(description: string) {
  return Type.String({ minLength: 1, maxLength: 256, description })
}

/** As the service gives it: with its prefix; null stays null. */
export function shownId<T extends string | null>(noun: IdNoun, id: T): T {
  return (id === null ? null : formatId(noun, id)) as T // null where it was null
}
