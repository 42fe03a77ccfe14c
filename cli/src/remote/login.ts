// Owns `timbre login`, `logout` and `whoami`: profiles are made, checked, shown and forgotten.
// Must never show a key, nor ask for one where it would stay in the history of a shell.
import { type Client, PermissionError } from '@getsupervisor/agents-studio-sdk'
import { keyPreview } from '@timbre/contract/api-key.ts'
import { colours } from '../frame/colours.ts'
import { CommandError } from '../frame/command-failure.ts'
import { BASE_URL_DEFAULT, type Connection, type ConnectionOptions, type Found } from '../frame/connection.ts'
import { Output } from '../frame/output.ts'
import {
  PROFILE_DEFAULT,
  type Profile,
  profilesFile,
  readProfiles,
  withoutProfile,
  withProfile,
  writeProfiles,
} from '../frame/profiles.ts'
import { TimbreCommand } from '../frame/timbre-command.ts'
import { environment, isInteractive, stdinBytes } from '../frame/world.ts'
import { clientOf, connectionOf, withConnectionOptions } from './with-server.ts'

export function loginCommand(): TimbreCommand {
  return new TimbreCommand('login')
    .description(
      'Keep a server, a workspace and an API key as a profile. The key is asked for without being shown, or read from standard input.',
    )
    .option('--base-url <url>', `the server; else TIMBRE_BASE_URL, else ${BASE_URL_DEFAULT}`)
    .option('--workspace-id <id>', 'the workspace; else TIMBRE_WORKSPACE_ID; none for an admin key')
    .option('--profile <name>', 'its name, to keep several', PROFILE_DEFAULT)
    .example('timbre login --workspace-id 3c90c3cc-0d44-4b50-8888-8dd25736052a < key.txt', 'the key from a file')
    .action(login)
}

async function login(options: ConnectionOptions & { readonly profile: string }): Promise<void> {
  const baseUrl = options.baseUrl ?? (environment['TIMBRE_BASE_URL'] || BASE_URL_DEFAULT)
  const workspaceId = options.workspaceId ?? (environment['TIMBRE_WORKSPACE_ID'] || undefined)
  const apiKey = await readKey(baseUrl)
  const profile: Profile = { baseUrl, apiKey, ...(workspaceId === undefined ? {} : { workspaceId }) }
  const place = (value: string): Found => ({ value, source: 'login' })
  const client = clientOf({
    baseUrl: place(baseUrl),
    apiKey: place(apiKey),
    workspaceId: workspaceId === undefined ? undefined : place(workspaceId),
  })
  await check(client, workspaceId !== undefined)
  writeProfiles(withProfile(readProfiles(), options.profile, profile))
  new Output(false).say(
    `${colours.green('Logged in')} to ${baseUrl}${workspaceId === undefined ? '' : `, workspace ${workspaceId}`}, as profile ${options.profile} in ${profilesFile()}.`,
  )
}

async function readKey(baseUrl: string): Promise<string> {
  if (!isInteractive()) {
    const key = (await stdinBytes()).toString('utf8').trim()
    if (key === '') throw new CommandError('Standard input has no API key. Run: timbre login < file-with-the-key')
    return key
  }
  const { default: password } = await import('@inquirer/password')
  return (await password({ message: `API key for ${baseUrl}` }, { output: process.stderr })).trim()
}

/** A key without the scope of this list is a good key. */
async function check(client: Client, hasWorkspace: boolean): Promise<void> {
  try {
    await (hasWorkspace ? client.eventTypes.list({ limit: 1 }) : client.workspaces.list({ limit: 1 }))
  } catch (error) {
    if (error instanceof PermissionError && error.code === 'SCOPE_MISSING') {
      if (hasWorkspace) return
      throw new CommandError('This is no admin key: name its workspace with --workspace-id.', 'auth')
    }
    throw error
  }
}

export function logoutCommand(): TimbreCommand {
  return new TimbreCommand('logout')
    .description('Forget a profile, with its key. The key itself stays good: `timbre api-keys revoke` ends it.')
    .option('--profile <name>', 'which; else the one that is used')
    .example('timbre logout')
    .action(({ profile }: { readonly profile?: string }) => {
      const profiles = readProfiles()
      const name = profile ?? (environment['TIMBRE_PROFILE'] || profiles.current)
      if (!Object.hasOwn(profiles.profiles, name)) throw new CommandError(`There is no profile ${name}.`)
      writeProfiles(withoutProfile(profiles, name))
      new Output(false).say(`${colours.green('Forgotten')}: profile ${name}.`)
    })
}

export function whoamiCommand(): TimbreCommand {
  return withConnectionOptions(
    new TimbreCommand('whoami')
      .description(
        'Show which server, workspace and key are used, where each comes from, and whether they are accepted',
      )
      .example('timbre whoami'),
  ).action(whoami)
}

async function whoami(options: ConnectionOptions & { readonly json?: boolean }): Promise<void> {
  const connection = connectionOf(options)
  const out = new Output(options.json === true)
  const { baseUrl, workspaceId, apiKey } = connection
  const accepted = await acceptance(connection)
  const of = (found: Found | undefined, shown = found?.value) =>
    found === undefined ? null : `${shown} (${found.source})`
  const preview = apiKey && keyPreview(apiKey.value)
  out.thing(
    {
      baseUrl: baseUrl.value,
      workspaceId: workspaceId?.value ?? null,
      apiKey: preview ?? null,
      accepted: accepted === undefined,
    },
    [
      ['server', of(baseUrl)],
      ['workspace', of(workspaceId) ?? 'none'],
      ['API key', of(apiKey, preview) ?? 'none'],
      ['accepted', accepted === undefined ? 'yes' : 'no'],
    ],
  )
  if (accepted !== undefined) throw accepted
}

/** What the server says against it; undefined: nothing. */
async function acceptance(connection: Connection): Promise<unknown> {
  try {
    await check(clientOf(connection), connection.workspaceId !== undefined)
  } catch (error) {
    return error
  }
  return undefined
}
