// Owns `timbre api-keys`: keys of the workspace through the API. `timbre keys` is for whoever has lost them all.
import type { ApiKey, Environment, Scope } from '@getsupervisor/agents-studio-sdk'
import { ENVIRONMENTS, WORKSPACE_SCOPES } from '@timbre/contract/api-key.ts'
import { Option } from 'commander'
import { colours } from '../frame/colours.ts'
import { confirmed } from '../frame/confirm.ts'
import type { Column } from '../frame/output.ts'
import { TimbreCommand } from '../frame/timbre-command.ts'
import { timeText } from '../frame/times.ts'
import { idText } from './present/words.ts'
import { withServer } from './with-server.ts'

const COLUMNS: readonly Column<ApiKey>[] = [
  { head: 'id', cell: ({ id }) => idText('apiKey', id) },
  { head: 'key', cell: ({ keyPreview }) => keyPreview },
  { head: 'name', cell: ({ name }) => name },
  { head: 'for', cell: ({ environment }) => environment },
  {
    head: 'last used (UTC)',
    cell: ({ lastUsedAt, revokedAt }) =>
      revokedAt === null ? timeText(lastUsedAt) : { text: `revoked ${timeText(revokedAt)}`, style: colours.dim },
  },
  { head: 'scopes', cell: ({ scopes }) => scopes.join(' ') },
]

export function apiKeysCommand(): TimbreCommand {
  const keys = new TimbreCommand('api-keys').description('API keys of the workspace')
  withServer(
    keys.command('list').description('All keys, without themselves').example('timbre api-keys list'),
    ({ client, out }) => out.list(client.apiKeys.list({ limit: 100 }), COLUMNS, { none: 'There is no API key.' }),
  )
  withServer<{ scopes: Scope[]; environment?: Environment }>(
    keys
      .command('create')
      .description('Make a key and show it, once')
      .argument('<name>', 'what it is for')
      .addOption(
        new Option('--scopes <scope...>', 'what it may do').choices([...WORKSPACE_SCOPES]).makeOptionMandatory(),
      )
      .addOption(new Option('--environment <name>', 'what it is for').choices([...ENVIRONMENTS]))
      .example('timbre api-keys create "the publisher" --scopes events:write events:read'),
    async ({ client, out }, { scopes, environment }, name = '') => {
      const made = await client.apiKeys.create({ name, scopes, ...(environment === undefined ? {} : { environment }) })
      if (out.isJson) return out.json(made)
      out.plain(made.key ?? '')
      process.stderr.write(`It is not shown again. Its id is ${idText('apiKey', made.id)}.\n`)
    },
  )
  withServer<{ yes?: true }>(
    keys
      .command('revoke')
      .description('End a key, at once')
      .argument('<key>', 'its id')
      .option('--yes', 'do not ask')
      .example('timbre api-keys revoke key_01J7W8A4XK0N5Y6Z7Q8P9R0S1T --yes'),
    async ({ client, out }, { yes }, id = '') => {
      await confirmed(`Revoke the API key ${id}? Whoever uses it is refused from then on.`, yes === true)
      await client.apiKeys.revoke(id)
      out.say(`${colours.green('Revoked')}: ${id}.`)
    },
  )
  return keys
}
