// Owns where a signing secret comes from: a file, an option, the environment, or the server that keeps it.
import { Option } from 'commander'
import { CommandError } from '../frame/command-failure.ts'
import type { ConnectionOptions } from '../frame/connection.ts'
import { fileSecret } from '../frame/secret-file.ts'
import type { TimbreCommand } from '../frame/timbre-command.ts'
import { environment } from '../frame/world.ts'
import { serverOf, withConnectionOptions } from '../remote/with-server.ts'

export interface SecretOptions extends ConnectionOptions {
  readonly secretFile?: string
  readonly secret?: string
  readonly webhook?: string
  readonly json?: boolean
}

const NAMES = ['secretFile', 'secret', 'webhook']

export function withSecretOptions(command: TimbreCommand): TimbreCommand {
  const one = (flags: string, help: string) => {
    const option = new Option(flags, help)
    return option.conflicts(NAMES.filter((name) => name !== option.attributeName()))
  }
  return withConnectionOptions(
    command
      .addOption(one('--secret-file <file>', 'a file with the signing secret'))
      .addOption(one('--webhook <id>', 'the secret of this webhook, from the server'))
      .addOption(one('--secret <secret>', 'the secret itself; else WEBHOOK_SECRET')),
  )
}

export async function secretOf(options: SecretOptions): Promise<string> {
  const { secretFile, secret, webhook } = options
  if (webhook !== undefined) return (await serverOf(options).client.webhooks.getSecret(webhook)).secret
  if (secretFile !== undefined) return fileSecret(secretFile)
  const given = secret ?? environment['WEBHOOK_SECRET']
  if (given !== undefined) return given
  throw new CommandError('Which secret? Give --secret-file, --webhook, or set WEBHOOK_SECRET.')
}
