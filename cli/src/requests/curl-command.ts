// Owns reading a curl command: the headers and the body that it would send (curl.se/docs/manpage.html).
import { CommandError } from '../frame/command-failure.ts'
import { headersOf } from './raw-http.ts'
import type { RecordedRequest } from './recorded-request.ts'
import { shellWords } from './shell-words.ts'

type ReadFile = (path: string) => Uint8Array

/** How each option that carries a body reads it: `-d @file` leaves line ends out, `--data-binary` and `--json` do not. */
const DATA: Readonly<Record<string, (value: string, readFile: ReadFile) => Uint8Array>> = {
  '--data': (value, readFile) =>
    value.startsWith('@') ? withoutLineEnds(readFile(value.slice(1))) : Buffer.from(value),
  '--data-raw': (value) => Buffer.from(value),
  '--data-binary': (value, readFile) => (value.startsWith('@') ? readFile(value.slice(1)) : Buffer.from(value)),
}

const SAME: Readonly<Record<string, string>> = {
  '-d': '--data',
  '--data-ascii': '--data',
  '--json': '--data-binary',
  '-H': '--header',
}

/** With a value that says nothing about headers or body. */
const PASSED_OVER = new Set([
  '-X',
  '--request',
  '-o',
  '--output',
  '-u',
  '--user',
  '-m',
  '--max-time',
  '--connect-timeout',
  '-w',
  '--write-out',
  '--url',
  '-x',
  '--proxy',
  '--cacert',
  '-e',
  '--retry',
  '--resolve',
])

export function requestsOfCurl(text: string, readFile: ReadFile): RecordedRequest[] {
  const words = shellWords(text.trim()).slice(1)
  const headers: string[] = []
  const parts: Uint8Array[] = []
  let url: string | undefined
  for (let at = 0; at < words.length; at++) {
    const { option, value } = optionAt(words, at)
    const name = SAME[option] ?? option
    const read = DATA[name]
    if (name === '--data-urlencode' || name === '--form' || name === '-F')
      throw new CommandError(`curl would encode the body of ${option}. Give the bytes with --data-binary.`)
    if (name === '--header') headers.push(value)
    const isUrl = name === '--url' || /^https?:\/\//i.test(option)
    if (isUrl) url = name === '--url' ? value : option
    if (read !== undefined) parts.push(read(value, readFile))
    if (value === words[at + 1] && (name === '--header' || read !== undefined || PASSED_OVER.has(name))) at++
  }
  // curl joins several with &.
  const body = Buffer.concat(parts.flatMap((part, index) => (index === 0 ? [part] : [Buffer.from('&'), part])))
  const named = headersOf(headers.filter((header) => !header.startsWith('@')))
  return [{ headers: named, body, ...(url === undefined ? {} : { url }) }]
}

/** `--data x`, `--data=x`, `-d x`, `-dx`. */
function optionAt(words: readonly string[], at: number): { option: string; value: string } {
  const word = words[at] ?? ''
  const [, long, attached] = /^(--[\w-]+)=([\s\S]*)$/.exec(word) ?? []
  if (long !== undefined) return { option: long, value: attached ?? '' }
  const [, short, joined] = /^(-[dH])([\s\S]+)$/.exec(word) ?? []
  if (short !== undefined) return { option: short, value: joined ?? '' }
  return { option: word, value: words[at + 1] ?? '' }
}

function withoutLineEnds(bytes: Uint8Array): Uint8Array {
  return bytes.filter((byte) => byte !== 0x0a && byte !== 0x0d && byte !== 0)
}
