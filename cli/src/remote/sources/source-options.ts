// Owns the options with which a source is made and changed, and what they make of the request.
import type { SourceUpdate } from '@getsupervisor/agents-studio-sdk'
import { CommandError } from '../../frame/command-failure.ts'
import { jsonFile, repeated } from '../../frame/options.ts'
import { fileSecret } from '../../frame/secret-file.ts'
import type { TimbreCommand } from '../../frame/timbre-command.ts'

export interface SourceOptions {
  readonly publicUrl?: string
  readonly agent?: readonly string[]
  readonly apiKeyFile?: string
  readonly verificationFile?: string
  readonly fieldsFile?: string
}

export function withSourceOptions(command: TimbreCommand): TimbreCommand {
  return command
    .option('--public-url <url>', 'where the provider reaches the server, before /sources/; none: as its requests say')
    .option(
      '--agent <pair>',
      "such as agent_1=3c90c3cc-0d44-4b50-8888-8dd25736052a: the provider's agent, or our number, and the agent of the events; may be repeated; none: no map",
      repeated,
    )
    .option('--api-key-file <file>', "the key of the provider's API, to ask what became of a call; none: no key")
    .option('--verification-file <file>', 'JSON: how the HMAC is made (vapi, generic); none: as the provider does')
    .option('--fields-file <file>', 'JSON: where in the payload what is found (generic); none: call_id and status')
}

export async function fieldsOf(options: SourceOptions): Promise<SourceUpdate> {
  const { publicUrl, agent, apiKeyFile, verificationFile, fieldsFile } = options
  const verification = await optionalJson(verificationFile)
  const fields = await optionalJson(fieldsFile)
  return {
    ...(publicUrl === undefined ? {} : { publicUrl: publicUrl === 'none' ? null : publicUrl }),
    ...(agent === undefined ? {} : { agentMap: agentMapOf(agent) }),
    ...(apiKeyFile === undefined ? {} : { apiKey: apiKeyFile === 'none' ? null : fileSecret(apiKeyFile) }),
    // What is wrong in them the server says, by path.
    ...(verification === undefined ? {} : { verification: verification as NonNullable<SourceUpdate['verification']> }),
    ...(fields === undefined ? {} : { fields: fields as NonNullable<SourceUpdate['fields']> }),
  }
}

async function optionalJson(file: string | undefined): Promise<unknown> {
  if (file === undefined) return undefined
  return file === 'none' ? null : jsonFile(file)
}

function agentMapOf(pairs: readonly string[]): Record<string, string> {
  if (pairs.length === 1 && pairs[0] === 'none') return {}
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.lastIndexOf('=')
      if (at < 1) throw new CommandError(`${JSON.stringify(pair)} has no =. Write "provider's agent=agent id".`)
      return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()]
    }),
  )
}
