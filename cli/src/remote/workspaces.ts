// Owns `timbre workspaces`: the tenants of a server. Needs the admin key.
import type { Workspace } from '@getsupervisor/agents-studio-sdk'
import { colours } from '../frame/colours.ts'
import { wholeNumber } from '../frame/options.ts'
import type { Column } from '../frame/output.ts'
import { TimbreCommand } from '../frame/timbre-command.ts'
import { timeText } from '../frame/times.ts'
import { withServer } from './with-server.ts'

const DAYS_MAX = 36_500

const COLUMNS: readonly Column<Workspace>[] = [
  // The UUID: that is what the header x-workspace-id takes.
  { head: 'id', cell: ({ id }) => id },
  { head: 'created (UTC)', cell: ({ createdAt }) => timeText(createdAt) },
  { head: 'kept', cell: ({ retentionDays }) => keptText(retentionDays) },
  { head: 'name', cell: ({ name }) => name },
]

interface Fields {
  readonly name?: string
  readonly retentionDays?: number
}

export function workspacesCommand(): TimbreCommand {
  const workspaces = new TimbreCommand('workspaces').description('The tenants of a server; needs the admin key')
  withServer(
    workspaces.command('list').description('All workspaces').example('timbre workspaces list'),
    ({ client, out }) => out.list(client.workspaces.list({ limit: 100 }), COLUMNS, { none: 'There is no workspace.' }),
  )
  withServer<Fields>(
    withDays(workspaces.command('create').description('Make a workspace').argument('<name>', 'its name')).example(
      'timbre workspaces create "Clínica Sur" --retention-days 90',
    ),
    async ({ client, out }, { retentionDays }, name = '') => {
      const made = await client.workspaces.create({ name, ...(retentionDays === undefined ? {} : { retentionDays }) })
      if (out.isJson) out.json(made)
      else
        out.say(
          `${colours.green('Created')}: ${made.id}. "timbre api-keys create --workspace-id ${made.id}" makes a key for it.`,
        )
    },
  )
  withServer<Fields>(
    withDays(
      workspaces
        .command('update')
        .description('Change what is given; the rest stays')
        .argument('<workspace>', 'its id')
        .option('--name <name>', 'another name'),
    ).example('timbre workspaces update ws_01J7W8A4XK0N5Y6Z7Q8P9R0S1T --name "Clínica Norte"'),
    async ({ client, out }, { name, retentionDays }, id = '') => {
      const changes = {
        ...(name === undefined ? {} : { name }),
        ...(retentionDays === undefined ? {} : { retentionDays }),
      }
      const changed = await client.workspaces.update(id, changes)
      out.thing(changed, [
        ['workspace', changed.id],
        ['name', changed.name],
        ['kept', keptText(changed.retentionDays)],
      ])
    },
  )
  return workspaces
}

function withDays(command: TimbreCommand): TimbreCommand {
  return command.option('--retention-days <days>', 'how long events are kept; 0: for ever', wholeNumber(0, DAYS_MAX))
}

function keptText(days: number | null): string {
  if (days === null) return 'as the server says'
  return days === 0 ? 'for ever' : `${days} d`
}
