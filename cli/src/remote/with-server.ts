// Owns what every command that talks to a server has: its options, its client, its output.
import { type Client, type ClientOptions, createClient } from '@getsupervisor/agents-studio-sdk'
import { Option } from 'commander'
import { CommandError } from '../frame/command-failure.ts'
import { type Connection, type ConnectionOptions, connectionFrom, requiredKey } from '../frame/connection.ts'
import { Output } from '../frame/output.ts'
import { readProfiles } from '../frame/profiles.ts'
import type { TimbreCommand } from '../frame/timbre-command.ts'
import { environment } from '../frame/world.ts'

export interface Server {
  readonly client: Client
  readonly out: Output
  readonly connection: Connection
}

interface ServerOptions extends ConnectionOptions {
  readonly json?: boolean
}

type Work<O> = (server: Server, options: O, ...args: readonly string[]) => Promise<void> | void

const GROUP = 'Server and output:'

/**
 * Ends a command's definition: adds the options of the connection and of the output, and runs `work` with both.
 * @param work gets the command's own options, and its arguments as texts (an absent one is `undefined`)
 */
export function withServer<O extends object>(command: TimbreCommand, work: Work<O>): TimbreCommand {
  return withConnectionOptions(command).action(async (...all: unknown[]) => {
    // Commander passes the arguments, the options and the command.
    const options = all.at(-2) as O & ServerOptions
    await work(serverOf(options), options, ...(all.slice(0, -2) as string[]))
  })
}

export function withConnectionOptions(command: TimbreCommand): TimbreCommand {
  return withPlaceOptions(command).addOption(
    new Option('--json', 'one JSON value on each line, for programs').helpGroup(GROUP),
  )
}

/** Those that say which server, without those of the output. */
export function withPlaceOptions(command: TimbreCommand): TimbreCommand {
  return command
    .addOption(new Option('--base-url <url>', 'the server; else TIMBRE_BASE_URL, else the profile').helpGroup(GROUP))
    .addOption(new Option('--workspace-id <id>', 'else TIMBRE_WORKSPACE_ID, else the profile').helpGroup(GROUP))
    .addOption(new Option('--api-key <key>', 'else TIMBRE_API_KEY, else the profile').helpGroup(GROUP))
    .addOption(new Option('--profile <name>', 'of `timbre login`; else TIMBRE_PROFILE').helpGroup(GROUP))
}

export function connectionOf(options: ConnectionOptions): Connection {
  return connectionFrom(options, environment, readProfiles())
}

export function serverOf(options: ServerOptions): Server {
  const connection = connectionOf(options)
  return { client: clientOf(connection), connection, out: new Output(options.json === true) }
}

/**
 * The SDK says in a sentence which option is wrong, by the name that it has there.
 * @param more for a command that watches its requests, or tries them again in its own way
 */
export function clientOf(connection: Connection, more: Pick<ClientOptions, 'fetch' | 'retry'> = {}): Client {
  const { baseUrl, workspaceId } = connection
  const apiKey = requiredKey(connection)
  try {
    return createClient({
      baseUrl: baseUrl.value,
      apiKey,
      ...(workspaceId === undefined ? {} : { workspaceId: workspaceId.value }),
      ...more,
    })
  } catch (error) {
    if (error instanceof TypeError) throw new CommandError(error.message)
    throw error
  }
}
