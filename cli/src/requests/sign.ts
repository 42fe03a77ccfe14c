// Owns `timbre sign`: a request as the service would send it, for tests of a receiver.
import { signRequest } from '@getsupervisor/agents-studio-sdk/receiver'
import { BUILT_IN_EVENT_TYPES } from '@timbre/contract/catalogue.ts'
import { Option } from 'commander'
import { CommandError } from '../frame/command-failure.ts'
import { jsonFile, timeOption } from '../frame/options.ts'
import { Output } from '../frame/output.ts'
import { TimbreCommand } from '../frame/timbre-command.ts'
import { curlText } from './curl-text.ts'
import { type SecretOptions, secretOf, withSecretOptions } from './secret-options.ts'

interface SignOptions extends SecretOptions {
  readonly file?: string
  readonly id?: string
  readonly url: string
  readonly at?: string
  readonly as: 'http' | 'curl'
}

export function signCommand(): TimbreCommand {
  return withSecretOptions(
    new TimbreCommand('sign')
      .description('Print a signed request as the service would send it, for tests of a receiver')
      .argument('<type>', 'its event type')
      .option('--file <file>', 'JSON: its data; else the example of a type that is built in; -: standard input')
      .option('--id <id>', 'the id of the event; else a new one')
      .option('--at <time>', 'when it is sent; else now. An old one must be refused', timeOption)
      .option('--url <url>', 'where it goes', 'http://127.0.0.1:3000/')
      .addOption(new Option('--as <form>', 'raw HTTP, or a curl command').choices(['http', 'curl']).default('http')),
  )
    .example('timbre sign call.completed --secret-file secret.txt')
    .example(
      'timbre sign call.completed --secret-file secret.txt --url http://127.0.0.1:3000/hook --as curl | sh',
      'send it to a receiver on this machine',
    )
    .action(sign)
}

async function sign(type: string, options: SignOptions): Promise<void> {
  const { file, id, url, at, as } = options
  const target = URL.parse(url)
  if (target === null) throw new CommandError(`${url} is no URL.`)
  const data = file === undefined ? exampleOf(type) : await jsonFile(file)
  if (typeof data !== 'object' || data === null) throw new CommandError('The data must be a JSON object.')
  // An object, as it was looked at.
  const event = { type, data: data as Record<string, unknown>, ...(id === undefined ? {} : { id }) }
  const request = await signed(event, await secretOf(options), at)
  const out = new Output(options.json === true)
  if (out.isJson) out.json({ url, ...request })
  else out.plain(as === 'curl' ? curlText(url, request) : httpText(target, request))
}

async function signed(event: Parameters<typeof signRequest>[0], secret: string, at: string | undefined) {
  try {
    return await signRequest(event, secret, at === undefined ? {} : { sentAt: Date.parse(at) })
  } catch (error) {
    // The SDK says which value is wrong.
    throw error instanceof Error ? new CommandError(error.message) : error
  }
}

function exampleOf(type: string): unknown {
  const known = BUILT_IN_EVENT_TYPES.find(({ key }) => key === type)
  if (known !== undefined) return known.example
  throw new CommandError(`${type} is not built in, so its data is needed: --file data.json.`)
}

interface Signed {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

function httpText({ host, pathname, search }: URL, { headers, body }: Signed): string {
  const all = { host, ...headers, 'content-length': String(Buffer.byteLength(body)) }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
  return [`POST ${pathname}${search} HTTP/1.1`, ...lines, '', body].join('\r\n')
}
