// Owns whether a label that begins with `xn--` stands for one that IDNA 2008 allows (RFC 5891 §5.4, RFC 5892).
import { domainToUnicode } from 'node:url'

/** RFC 5892 §2.6: characters that are allowed although their category says otherwise, and the other way round. */
const EXTRA = /[\u00df\u03c2\u06fd\u06fe\u0f0b\u3007]/u
const BARRED = /[\u0640\u07fa\u302e\u302f\u3031-\u3035\u303b]/u
const LETTER_OR_DIGIT = /[\p{Ll}\p{Lo}\p{Lm}\p{Mn}\p{Mc}\p{Nd}-]/u
/** Appendix A: allowed in some contexts. */
const CONTEXTS: ReadonlyMap<string, (before: string, after: string, label: string) => boolean> = new Map([
  ['\u00b7', (before, after) => before.endsWith('l') && after.startsWith('l')],
  ['\u0375', (_before, after) => /^\p{Script=Greek}/u.test(after)],
  ['\u05f3', (before) => /\p{Script=Hebrew}$/u.test(before)],
  ['\u05f4', (before) => /\p{Script=Hebrew}$/u.test(before)],
  [
    '\u30fb',
    (_before, _after, label) =>
      /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u.test(label.replaceAll('\u30fb', '')),
  ],
  ['\u200d', (before) => endsWithVirama(before)],
  ['\u200c', (before, after) => endsWithVirama(before) || joins(before, after)],
])
const VIRAMAS =
  /[\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d3b\u0d3c\u0d4d\u0dca\u0e3a\u0eba\u0f84\u1039\u103a\u1714\u1734\u17d2\u1a60\u1b44\u1baa\u1bab\u1bf2\u1bf3\u2d7f\ua806\ua8c4\ua953\ua9c0\uaaf6\uabed]$/u
const ARABIC_INDIC = /[\u0660-\u0669]/u
const EXTENDED_ARABIC_INDIC = /[\u06f0-\u06f9]/u

/** @param label letters, digits and hyphens, with `--` in the third and fourth place */
export function isIdnLabel(label: string): boolean {
  if (!/^xn--/i.test(label)) return false
  const unicode = domainToUnicode(label)
  if (unicode === '' || unicode.slice(2, 4) === '--' || /^xn--/i.test(unicode) || /^\p{M}/u.test(unicode)) return false
  if (ARABIC_INDIC.test(unicode) && EXTENDED_ARABIC_INDIC.test(unicode)) return false
  const characters = [...unicode]
  return characters.every((character, index) => {
    const context = CONTEXTS.get(character)
    if (context === undefined) return isAllowed(character)
    return context(characters.slice(0, index).join(''), characters.slice(index + 1).join(''), unicode)
  })
}

function isAllowed(character: string): boolean {
  if (EXTRA.test(character)) return true
  if (BARRED.test(character) || !LETTER_OR_DIGIT.test(character)) return false
  return character.normalize('NFKC').toLowerCase().normalize('NFKC') === character
}

function endsWithVirama(before: string): boolean {
  return VIRAMAS.test(before)
}

/** Between letters that join, of which Unicode's Joining_Type tells and RegExp does not: those of the Arabic script. */
function joins(before: string, after: string): boolean {
  return /\p{Script=Arabic}\p{Mn}*$/u.test(before) && /^\p{Mn}*\p{Script=Arabic}/u.test(after)
}
