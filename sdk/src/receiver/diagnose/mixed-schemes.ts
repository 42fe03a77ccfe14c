// Owns the search for a signature that has a part of the other scheme: its key, its text, its format or its header.
import {
  SECRET_PREFIX,
  SUPERVISOR_SIGNATURE,
  standardKey,
  standardSignedPrefix,
  supervisorKey,
  WEBHOOK_ID,
  WEBHOOK_SIGNATURE,
  WEBHOOK_TIMESTAMP,
} from '@timbre/contract/signature.ts'
import { sameInConstantTime } from '../claim-holds.ts'
import { hex } from '../digests.ts'
import { hmacSha256, joined } from '../hmac.ts'
import { type HeadersInput, header } from '../signature-headers.ts'
import type { Evidence } from './evidence.ts'

/** Signatures of one header that are looked at; the service sends six at most. */
const SIGNATURES_MAX = 8

/** What is mixed, in words; undefined: nothing that can be shown. */
export async function mixedSchemes(
  headers: HeadersInput,
  body: Uint8Array<ArrayBuffer>,
  secrets: readonly string[],
  evidence: Evidence,
): Promise<string | undefined> {
  for (const [name, right] of Object.entries(RIGHT)) {
    const given = signaturesOf(header(headers, name) ?? '')
    if (given.length === 0) continue
    const keys = secrets.flatMap((secret) => keysOf(secret, right.key))
    for (const combination of combinations(headers, body, keys)) {
      if (evidence.isExhausted) return undefined
      const { key, text } = combination
      const format = await formatOf(given, combination, evidence)
      if (format === undefined || (key.name === right.key && text === right.text && format === right.format)) continue
      return `${name} has ${key.name}, ${text} and ${format}`
    }
  }
  return undefined
}

/** The format of that of the given signatures which the combination makes. */
async function formatOf(given: readonly GivenSignature[], { key, message }: Combination, evidence: Evidence) {
  evidence.spend(message.length)
  const expected = hex(await hmacSha256(key.bytes, message))
  return given.find((signature) => sameInConstantTime(signature.hex, expected))?.format
}

const KEYS = { decoded: 'the decoded secret as its key', whole: 'the whole secret as its key' }
const TEXTS = { body: 'the body alone as its text', full: '<id>.<timestamp>.<body> as its text' }
const FORMATS = { base64: 'the format v1,<base64>', hex: 'the format sha256=<hex>', other: 'a format of its own' }
/** By the header. */
const RIGHT = {
  [WEBHOOK_SIGNATURE]: { key: KEYS.decoded, text: TEXTS.full, format: FORMATS.base64 },
  [SUPERVISOR_SIGNATURE]: { key: KEYS.whole, text: TEXTS.body, format: FORMATS.hex },
}

interface Key {
  readonly name: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** Without `whsec_` there is one key, which is right in both schemes. */
function keysOf(secret: string, right: string): Key[] {
  const whole = supervisorKey(secret)
  if (!secret.startsWith(SECRET_PREFIX)) return [{ name: right, bytes: whole }]
  return [
    { name: KEYS.decoded, bytes: standardKey(secret) },
    { name: KEYS.whole, bytes: whole },
  ]
}

interface Combination {
  readonly key: Key
  readonly text: string
  readonly message: Uint8Array<ArrayBuffer>
}

function* combinations(
  headers: HeadersInput,
  body: Uint8Array<ArrayBuffer>,
  keys: readonly Key[],
): Generator<Combination> {
  const [id = '', timestamp = ''] = [header(headers, WEBHOOK_ID), header(headers, WEBHOOK_TIMESTAMP)]
  const full = joined(new TextEncoder().encode(standardSignedPrefix(id, timestamp)), body)
  for (const key of keys) {
    yield { key, text: TEXTS.full, message: full }
    yield { key, text: TEXTS.body, message: body }
  }
}

interface GivenSignature {
  readonly hex: string
  readonly format: string
}

/** Whatever in a header may be the 32 bytes of a digest. */
function signaturesOf(value: string): GivenSignature[] {
  const found = value
    .slice(0, 2048)
    .matchAll(/(?:(v1,)|(sha256=))?(?:([\da-f]{64})(?![\da-z+/])|([A-Za-z0-9+/]{43}=))/gi)
  return [...found].slice(0, SIGNATURES_MAX).map(([, v1, sha256, inHex, inBase64 = '']) => {
    if (inHex !== undefined) return { hex: inHex.toLowerCase(), format: sha256 ? FORMATS.hex : FORMATS.other }
    const bytes = Uint8Array.from(atob(inBase64), (character) => character.charCodeAt(0))
    return { hex: hex(bytes), format: v1 ? FORMATS.base64 : FORMATS.other }
  })
}
