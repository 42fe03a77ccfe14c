// Owns bodies of events as publishers write them, for the faults that are planted: what is in them survives a parser.
import fc from 'fast-check'
import { asPhp, asPython } from './planted-causes.ts'
import { EVENT } from './signed-request.ts'

/** Latin-1, so that every planted charset can hold it, with what serialisers disagree about. */
const text = fc
  .array(fc.constantFrom(...'abc ñéüÄ¿/<&>"\\\'+.:,{}[]'), { maxLength: 12 })
  .map((characters) => characters.join(''))
/** Not like a number: JavaScript puts those first. */
const key = fc.stringMatching(/^[a-z][a-zñ_]{0,8}$/)
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    text,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(key, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
}))

const PUBLISHERS: readonly ((data: unknown) => string)[] = [
  (data) => JSON.stringify(data),
  (data) => JSON.stringify(data, null, 2),
  asPython,
  asPhp,
]

/** The body of a delivery: the event as the service writes it around `data` as it was published. */
export const eventBody: fc.Arbitrary<string> = fc
  .tuple(fc.dictionary(key, value, { maxKeys: 4, noNullPrototype: true }), fc.constantFrom(...PUBLISHERS))
  .map(([extra, write]) => {
    const { id, type, created_at } = EVENT
    const data = { call_id: 'Jabr9TXYYJHfvl6Syypi88rdAHYHmcq6', note: 'año', ...extra }
    return `{"id":"${id}","type":"${type}","created_at":"${created_at}","data":${write(data)}}`
  })
