// Owns reading and writing a JSON Web Token that is signed with HS256 (RFC 7519, RFC 7515): what LiveKit and Vonage sign with.
// Must never take another algorithm, `none` the least.
import { hmac, isSignedWith } from './signatures.ts'
import { isObject, type Payload } from './source-request.ts'
import { refused, type Verdict } from './verdict.ts'

const LENGTH_MAX = 8192
const FORM = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/

/** The claims of a token that one of the secrets has signed, or what is wrong with it. Ages are the caller's. */
export function readToken(
  token: string,
  secrets: readonly string[],
): { readonly claims: Payload } | { readonly refusal: Verdict } {
  const [, header = '', claims = '', signature = ''] = token.length <= LENGTH_MAX ? (FORM.exec(token) ?? []) : []
  const [head, body] = [jsonOf(header), jsonOf(claims)]
  if (head === undefined || body === undefined) return { refusal: refused('malformed_signature') }
  if (head['alg'] !== 'HS256') return { refusal: refused('unknown_algorithm', String(head['alg']).slice(0, 40)) }
  const given = Buffer.from(signature, 'base64url')
  if (!isSignedWith(secrets, given, 'sha256', [`${header}.${claims}`])) return { refusal: refused('wrong_secret') }
  return { claims: body }
}

/** The claims as a token that the secret has signed. */
export function signedToken(claims: Payload, secret: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`
  return `${signed}.${hmac('sha256', secret, [signed]).toString('base64url')}`
}

function jsonOf(part: string): Payload | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
