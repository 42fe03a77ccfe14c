// Owns the words of a shell command: quotes, escapes and $'…', as POSIX and bash read them. Not shell-quote: it does not know $'…',
// in which browsers write the bodies that they copy as curl.
import { CommandError } from '../frame/command-failure.ts'

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  v: '\v',
  a: '\u0007',
  e: '\u001b',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '?': '?',
}

/** Nothing is run or filled in: a variable stays as it is written. */
export function shellWords(text: string): string[] {
  const words: string[] = []
  let word: string | undefined
  for (let rest = text; rest !== ''; ) {
    const part = nextPart(rest)
    rest = rest.slice(part.length)
    if (part.value === undefined) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else word = (word ?? '') + part.value
  }
  return word === undefined ? words : [...words, word]
}

/** How many characters it takes, and what they say; without a value it ends a word. */
function nextPart(rest: string): { readonly length: number; readonly value?: string } {
  const [space] = /^(\s|\\\r?\n|\^\r?\n)+/.exec(rest) ?? []
  if (space !== undefined) return { length: space.length }
  if (rest.startsWith("$'")) return quoted(rest, /^\$'((?:[^'\\]|\\[\s\S])*)'/, unescaped)
  if (rest.startsWith("'")) return quoted(rest, /^'([^']*)'/, (inner) => inner)
  if (rest.startsWith('"'))
    return quoted(rest, /^"((?:[^"\\]|\\[\s\S])*)"/, (inner) =>
      inner.replaceAll(/\\([$`"\\\n])/g, (_, sign) => (sign === '\n' ? '' : sign)),
    )
  if (rest.startsWith('\\')) return { length: 2, value: rest.slice(1, 2) }
  const [plain = rest.charAt(0)] = /^[^\s'"\\$]+/.exec(rest) ?? []
  return { length: plain.length, value: plain }
}

function quoted(rest: string, pattern: RegExp, read: (inner: string) => string) {
  const [all, inner = ''] = pattern.exec(rest) ?? []
  if (all === undefined) throw new CommandError(`A quote in the command is not closed: ${rest.slice(0, 40)}`)
  return { length: all.length, value: read(inner) }
}

function unescaped(inner: string): string {
  return inner.replaceAll(
    /\\(?:u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|x([0-9a-fA-F]{1,2})|([0-7]{1,3})|([\s\S]))/g,
    (_, short, long, hex, octal, sign) => {
      const code = short ?? long ?? hex
      if (code !== undefined) return String.fromCodePoint(Number.parseInt(code, 16))
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8))
      return ESCAPES[sign] ?? `\\${sign}`
    },
  )
}
