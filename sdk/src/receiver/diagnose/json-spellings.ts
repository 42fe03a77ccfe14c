// Owns the other spellings of a JSON body: what it may have been before something parsed it and wrote it again.
// Must never change what the body means: members, texts and numbers stay the same.
import { RAW_BODY_BYTES_MAX } from '../raw-body.ts'

export interface Spelling {
  readonly text: string
  /** In words, for whoever looks for the program that spells so. */
  readonly name: string
}

type Tokens = readonly string[]
interface Member {
  readonly key: string
  readonly value: Tokens
}

/** The order of an event's members, as the service writes it. */
const ENVELOPE = ['"id"', '"type"', '"created_at"', '"data"']

/** Every spelling that is tried, the likeliest first, each once, without the text itself; none when it is no JSON object. */
export function* jsonSpellings(text: string): Generator<Spelling> {
  const tokens = lexed(text)
  if (tokens === undefined) return
  const spelled = remembered(respelled(tokens))
  for (const [layout, write] of LAYOUTS) {
    for (const { name, ordered } of spelled()) {
      for (const members of ordered) {
        const candidate = write(members)
        if (candidate !== text) yield { text: candidate, name: `${layout}${name}` }
      }
    }
  }
}

/** Twice the largest event, for one that was indented. */
const TEXT_LENGTH_MAX = 512 * 1024

const TOKEN = /[\t\n\r ]*([{}[\],:]|"[^"\\]*(?:\\.[^"\\]*)*"|[^\t\n\r {}[\],:"]+)[\t\n\r ]*/y

/** What a generator gives, made once and as far as somebody asks. */
function remembered<T>(made: Generator<T>): () => Generator<T> {
  const items: T[] = []
  return function* () {
    for (let index = 0; ; index++) {
      if (index === items.length) {
        const next = made.next()
        if (next.done === true) return
        items.push(next.value)
      }
      yield items[index] as T // pushed above, if not before
    }
  }
}

/** The tokens of a JSON object as they are written; undefined: it is none. */
function lexed(text: string): Tokens | undefined {
  if (!isObjectText(text)) return undefined
  const tokens: string[] = []
  TOKEN.lastIndex = 0
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) tokens.push(match[1] ?? '')
  return tokens
}

function isObjectText(text: string): boolean {
  try {
    return text.length <= TEXT_LENGTH_MAX && text.trimStart().startsWith('{') && typeof JSON.parse(text) === 'object'
  } catch {
    return false
  }
}

/** The members of the outermost object. */
function membersOf(tokens: Tokens): Member[] {
  const members: Member[] = []
  let depth = 0
  let begin = 1
  for (const [index, token] of tokens.entries()) {
    if (isEnd(token)) depth--
    const ends = (depth === 1 && token === ',') || depth === 0
    if (ends && index > begin) members.push({ key: tokens[begin] ?? '', value: tokens.slice(begin + 2, index) })
    if (ends) begin = index + 1
    if (isBegin(token)) depth++
  }
  return members
}

/** As they are, and as the service orders them. */
function orders(members: readonly Member[]): (readonly Member[])[] {
  const place = ({ key }: Member) => (ENVELOPE.includes(key) ? ENVELOPE.indexOf(key) : ENVELOPE.length)
  const isOrdered = members.every(
    (member, index) => index === 0 || place(members[index - 1] ?? member) <= place(member),
  )
  return isOrdered ? [members] : [members, [...members].sort((one, other) => place(one) - place(other))]
}

type Layout = readonly [name: string, write: (members: readonly Member[]) => string]

const SPACED = (tokens: Tokens) =>
  tokens.map((token) => (token === ',' || token === ':' ? `${token} ` : token)).join('')
const COMPACT = (tokens: Tokens) => tokens.join('')

/** The service writes the event compactly, and `data` as it was published. Others write all of it in one way. */
const LAYOUTS: readonly Layout[] = [
  ['without white space', (members) => written(members, COMPACT, COMPACT)],
  ['with spaces after , and : in data', (members) => written(members, COMPACT, SPACED)],
  ['with spaces after , and :', (members) => written(members, SPACED, SPACED)],
  ...(['  ', '    ', '\t'] as const).flatMap((unit): Layout[] => [
    [
      `with data indented by ${unit === '\t' ? 'tabs' : unit.length}`,
      (members) => written(members, COMPACT, indentedBy(unit)),
    ],
    [`indented by ${unit === '\t' ? 'tabs' : unit.length}`, (members) => indentedBy(unit)(flat(members))],
  ]),
]

function written(
  members: readonly Member[],
  outer: (tokens: Tokens) => string,
  data: (tokens: Tokens) => string,
): string {
  const comma = outer([','])
  const parts = members.map(({ key, value }) => `${key}${outer([':'])}${key === '"data"' ? data(value) : outer(value)}`)
  return `{${parts.join(comma)}}`
}

function flat(members: readonly Member[]): Tokens {
  const parts = members.flatMap(({ key, value }, index) => [...(index === 0 ? [] : [',']), key, ':', ...value])
  return ['{', ...parts, '}']
}

/** As `JSON.stringify` with an indent, and most others: empty objects and lists stay on one line. */
function indentedBy(unit: string): (tokens: Tokens) => string {
  return (tokens) => {
    let depth = 0
    let text = ''
    for (const [index, token] of tokens.entries()) {
      if (text.length > TEXT_MAX) break // which is not what was sent
      if (isEnd(token)) depth--
      text += beginsLine(token, tokens[index - 1] ?? '') ? `\n${unit.repeat(depth)}${token}` : token
      if (token === ':') text += ' '
      if (isBegin(token)) depth++
    }
    return text
  }
}

const isBegin = (token: string) => token === '{' || token === '['
const isEnd = (token: string) => token === '}' || token === ']'

function beginsLine(token: string, before: string): boolean {
  return before === ',' || (isEnd(token) ? !isBegin(before) : isBegin(before))
}

/** Deep nesting would make a text of many times its size; nothing that was sent is so long. */
const TEXT_MAX = 2 * RAW_BODY_BYTES_MAX

interface Respelled {
  readonly name: string
  readonly ordered: readonly (readonly Member[])[]
}

/** The same tokens with texts and numbers in each spelling, each once. */
function* respelled(tokens: Tokens): Generator<Respelled> {
  const seen = new Set<string>()
  for (const [numbers, ofNumber] of NUMBERS) {
    for (const [texts, ofText] of TEXTS) {
      const spelled = tokens.map((token) => (token.startsWith('"') ? ofText(token) : ofNumber(token)))
      const key = spelled.join('')
      if (!seen.has(key)) yield { name: `${texts}${numbers}`, ordered: orders(membersOf(spelled)) }
      seen.add(key)
    }
  }
}

type Respelling = readonly [name: string, spell: (token: string) => string]

const NUMBERS: readonly Respelling[] = [
  ['', (token) => token],
  [', numbers as JavaScript writes them', (token) => (/^-?\d/.test(token) ? String(Number(token)) : token)],
]

const plain = (token: string) => JSON.stringify(JSON.parse(token))
const escaped = (text: string, characters: RegExp, isUpper = false) =>
  text.replaceAll(characters, (character) => {
    const digits = character.charCodeAt(0).toString(16).padStart(4, '0')
    return `\\u${isUpper ? digits.toUpperCase() : digits}`
  })

const TEXTS: readonly Respelling[] = [
  ['', (token) => token],
  [', with plain characters', plain],
  [', with \\u escapes beyond ASCII', (token) => escaped(plain(token), /[^ -~]/g)],
  [', with \\u escapes in capitals', (token) => escaped(plain(token), /[^ -~]/g, true)],
  [', with \\u escapes and \\/', (token) => escaped(plain(token), /[^ -~]/g).replaceAll('/', '\\/')],
  [', with plain characters and \\/', (token) => plain(token).replaceAll('/', '\\/')],
  [', with \\u escapes for <, > and &', (token) => escaped(plain(token), /[<>&\u2028\u2029]/g)],
  [
    ', with \\u escapes for everything that HTML knows',
    (token) => escaped(plain(token).replaceAll('\\"', '\\u0022'), /[<>&'+`]|[^ -~]/g, true),
  ],
]
