// Owns what the contract's own patterns mean in words: nobody corrects an id by its regular expression.
import { EventKey } from '@timbre/contract/event-type.ts'
import { EVENT_ID_PATTERN, ID_PREFIXES, type IdNoun, idPattern } from '@timbre/contract/ids.ts'
import { WebhookCreate } from '@timbre/contract/webhook.ts'
import type { Sentence } from './reasons.ts'

const SENTENCES: ReadonlyMap<string | undefined, Sentence> = new Map([
  ...(Object.keys(ID_PREFIXES) as IdNoun[]).map((noun) => [idPattern(noun), idSentence(noun)] as const),
  [
    EVENT_ID_PATTERN,
    {
      en: 'must be a UUID, or evt_ and 1 to 64 letters, digits, _ or -',
      es: 'debe ser un UUID, o evt_ y de 1 a 64 letras, dígitos, _ o -',
    },
  ],
  [
    patternOf(EventKey),
    {
      en: 'must be names of letters, digits and _, separated by full stops. There are no wildcards: name each type',
      es: 'deben ser nombres de letras, dígitos y _, separados por puntos. No hay comodines: nombra cada tipo',
    },
  ],
  [
    patternOf(WebhookCreate.properties.secret),
    { en: 'must be printable ASCII characters', es: 'deben ser caracteres ASCII imprimibles' },
  ],
])

/** The words for a pattern of the contract; undefined for any other. */
export function patternSentence(pattern: string): Sentence | undefined {
  return SENTENCES.get(pattern)
}

function idSentence(noun: IdNoun): Sentence {
  const prefix = `${ID_PREFIXES[noun]}_`
  return {
    en: `must be a UUID, or ${prefix} and 26 letters and digits`,
    es: `debe ser un UUID, o ${prefix} y 26 letras y dígitos`,
  }
}

function patternOf(schema: object): string | undefined {
  return (schema as { pattern?: string }).pattern // a text of the contract
}
