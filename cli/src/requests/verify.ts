// Owns `timbre verify`: whether a recorded request is one of the service, or of a provider of calls, and if not, why and what to do.
// Must never show a secret or a right signature.
import { readFileSync } from 'node:fs'
import { type Diagnosis, diagnose } from '@getsupervisor/agents-studio-sdk/receiver'
import { WEBHOOK_TIMESTAMP } from '@timbre/contract/signature.ts'
import { SOURCE_KINDS, type SourceKind } from '@timbre/contract/source.ts'
import { Option } from 'commander'
import { colours } from '../frame/colours.ts'
import { CommandError } from '../frame/command-failure.ts'
import { fileBytes, headersOption, repeated, timeOption, wholeNumber } from '../frame/options.ts'
import { Output } from '../frame/output.ts'
import { TimbreCommand } from '../frame/timbre-command.ts'
import { chosen, isSignedByTimbre, recordedRequests } from './read-recorded.ts'
import type { RecordedRequest } from './recorded-request.ts'
import { type SecretOptions, secretOf, withSecretOptions } from './secret-options.ts'
import { VERDICT_CODES } from './verdict-codes.ts'
import { hasProviderSignature, verifyOfProvider } from './verify-provider.ts'

interface VerifyOptions extends SecretOptions {
  readonly header?: readonly string[]
  readonly body?: string
  readonly entry?: number
  readonly at?: string
  readonly tolerance?: number
  readonly source?: SourceKind
  readonly url?: string
  readonly verificationFile?: string
}

export function verifyCommand(): TimbreCommand {
  return withSecretOptions(
    new TimbreCommand('verify')
      .description(
        'Say whether a request is signed rightly, and if not, why: from raw HTTP, a HAR or a curl command, or from --header and --body. The exit code tells the cause.',
      )
      .argument('[file]', 'the recorded request; -: standard input')
      .option('--header <header>', 'a header of the request, such as "webhook-id: evt_1"; may be repeated', repeated)
      .option('--body <file>', 'a file with its body, byte for byte')
      .option('--entry <number>', 'which signed request of a HAR', wholeNumber(1, 100_000))
      .addOption(
        new Option(
          '--at <time>',
          'when it was received: a time, or sent: as if at once; else what the record says, else now',
        ).argParser((text) => (text === 'sent' ? text : timeOption(text))),
      )
      .option('--tolerance <seconds>', 'how old a signature may be; else 300', wholeNumber(0, 10_000_000))
      .addOption(
        new Option('--source <provider>', 'a request of this provider to a source; the secret is what it signs with')
          .choices(SOURCE_KINDS)
          .conflicts(['webhook', 'tolerance']),
      )
      .option('--url <url>', 'the URL that the provider called (twilio, plivo); else what the record says')
      .option('--verification-file <file>', 'JSON: `verification` of the source (vapi, generic)'),
  )
    .example('timbre verify request.http --secret-file secret.txt --at sent')
    .example('timbre sign call.completed --secret-file secret.txt | timbre verify - --secret-file secret.txt')
    .example('timbre verify provider.http --source retell --secret-file retell-key.txt --at sent')
    .action(verify)
}

async function verify(file: string | undefined, options: VerifyOptions): Promise<void> {
  const request = await requestOf(file, options)
  const { source } = options
  if (source !== undefined) return verifyOfProvider(request, { ...options, source, secret: await secretOf(options) })
  const receivedAt = timeOf(request, options.at)
  const diagnosis = await diagnose(request.body, request.headers, await secretOf(options), {
    ...(receivedAt === undefined ? {} : { receivedAt }),
    ...(options.tolerance === undefined ? {} : { toleranceSeconds: options.tolerance }),
  })
  show(new Output(options.json === true), diagnosis)
  process.exitCode = exitCodeOf(diagnosis)
}

async function requestOf(file: string | undefined, options: VerifyOptions): Promise<RecordedRequest> {
  const { header, body, entry, source } = options
  const isSigned = source === undefined ? isSignedByTimbre : hasProviderSignature
  const reading = { readFile: readNamed, isSigned }
  if (file !== undefined) return chosen(recordedRequests(await fileBytes(file), reading), entry)
  if (header === undefined || body === undefined)
    throw new CommandError('Name a file with the recorded request, or give its --header and --body.')
  const headers = Object.entries(headersOption(header)).map(([name, value]) => [name.toLowerCase(), value])
  return { headers: Object.fromEntries(headers), body: await fileBytes(body) }
}

function readNamed(path: string): Uint8Array {
  try {
    return readFileSync(path)
  } catch {
    throw new CommandError(`The curl command names ${path}, and there is no file that can be read.`)
  }
}

/** In milliseconds since 1970. */
function timeOf({ headers, receivedAt }: RecordedRequest, at: string | undefined): number | undefined {
  if (at === undefined) return receivedAt
  if (at !== 'sent') return Date.parse(at)
  const seconds = Number(headers[WEBHOOK_TIMESTAMP] ?? Number.NaN)
  return Number.isFinite(seconds) ? seconds * 1000 : undefined
}

function show(out: Output, diagnosis: Diagnosis): void {
  const { verifies, cause, message, detail } = diagnosis
  if (out.isJson) out.json(diagnosis)
  const verdict = verifies ? colours.green('It verifies') : colours.red('It does not verify')
  out.say(`${colours.bold(verdict)}${cause === null ? '' : `: ${cause}`}`)
  out.say(message)
  const facts = Object.entries(detail).map(([name, value]) => `${name} ${value}`)
  if (facts.length > 0) out.say(colours.dim(facts.join(', ')))
}

export function exitCodeOf({ verifies, cause }: Diagnosis): number {
  return verifies || cause === null ? 0 : VERDICT_CODES[cause]
}
