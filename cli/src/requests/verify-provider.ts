// Owns `timbre verify --source`: whether a recorded request is one of a provider of calls, and if not, why and what to do.
// Must never show a secret or a right signature.
import type { SourceKeys } from '@timbre/contract/providers/provider-signature.ts'
import { PROVIDER_SIGNATURES } from '@timbre/contract/providers/provider-signatures.ts'
import { REFUSAL_WORDS } from '@timbre/contract/providers/refusal-words.ts'
import type { SourceRequest } from '@timbre/contract/providers/source-request.ts'
import type { Verdict } from '@timbre/contract/providers/verdict.ts'
import type { SourceKind } from '@timbre/contract/source.ts'
import { colours } from '../frame/colours.ts'
import { CommandError } from '../frame/command-failure.ts'
import { jsonFile } from '../frame/options.ts'
import { Output } from '../frame/output.ts'
import { now } from '../frame/world.ts'
import type { RecordedRequest } from './recorded-request.ts'
import { REFUSAL_CODES } from './verdict-codes.ts'

export interface ProviderOptions {
  readonly source: SourceKind
  readonly secret: string
  readonly url?: string
  readonly verificationFile?: string
  readonly at?: string
  readonly json?: boolean
}

/** Providers that sign the URL: without it nothing can be said. */
const SIGN_THE_URL: ReadonlySet<SourceKind> = new Set(['twilio', 'plivo'])

/** Of several in a HAR: that may be of a provider. */
export function hasProviderSignature({ headers }: RecordedRequest): boolean {
  return Object.keys(headers).some((name) => /signature|authorization|x-vapi-secret/.test(name))
}

export async function verifyOfProvider(recorded: RecordedRequest, options: ProviderOptions): Promise<void> {
  const { source, secret, at, verificationFile } = options
  const request = requestOf(recorded, options)
  // The server refuses what is wrong in it; here it has been accepted before.
  const hmac = verificationFile === undefined ? {} : { hmac: (await jsonFile(verificationFile)) as SourceKeys['hmac'] }
  const when = at === undefined ? recorded.receivedAt : at === 'sent' ? undefined : Date.parse(at)
  const keys = { secrets: [secret], ...hmac } as SourceKeys
  const verdict = PROVIDER_SIGNATURES[source].verify(request, keys, when ?? now())
  show(new Output(options.json === true), at === 'sent' ? withoutAge(verdict) : verdict)
}

function requestOf({ headers, body, url }: RecordedRequest, options: ProviderOptions): SourceRequest {
  const { source } = options
  const path = url?.startsWith('/') === true && headers['host'] !== undefined ? `https://${headers['host']}${url}` : url
  const called = options.url ?? path
  if (SIGN_THE_URL.has(source) && (called === undefined || !URL.canParse(called)))
    throw new CommandError(`${source} signs the URL, and the record does not say it: give --url.`)
  return { method: 'POST', url: called ?? '', headers, body }
}

/** What is signed rightly, whenever it was: ages are looked at last. */
function withoutAge(verdict: Verdict): Verdict {
  const isOld = !verdict.isVerified && (verdict.cause === 'too_old' || verdict.cause === 'in_future')
  return isOld ? { isVerified: true } : verdict
}

function show(out: Output, verdict: Verdict): void {
  if (verdict.isVerified) {
    if (out.isJson) out.json({ verifies: true, cause: null, message: null, detail: null })
    out.say(colours.bold(colours.green('It verifies')))
    return
  }
  const { cause, detail = null } = verdict
  const message = REFUSAL_WORDS[cause].en
  if (out.isJson) out.json({ verifies: false, cause, message, detail })
  out.say(`${colours.bold(colours.red('It does not verify'))}: ${cause}`)
  out.say(`${message.charAt(0).toUpperCase()}${message.slice(1)}.`)
  if (detail !== null) out.say(colours.dim(detail))
  process.exitCode = REFUSAL_CODES[cause]
}
