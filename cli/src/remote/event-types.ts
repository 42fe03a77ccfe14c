// Owns `timbre event-types`: the catalogue, types of your own from files, and TypeScript out of all of them.
import { writeFileSync } from 'node:fs'
import { type EventType, type EventTypeCreate, typescriptOf } from '@getsupervisor/agents-studio-sdk'
import { colours } from '../frame/colours.ts'
import { CommandError } from '../frame/command-failure.ts'
import { confirmed } from '../frame/confirm.ts'
import { jsonFile } from '../frame/options.ts'
import type { Column } from '../frame/output.ts'
import { shown } from '../frame/text-table.ts'
import { TimbreCommand } from '../frame/timbre-command.ts'
import { type Server, withServer } from './with-server.ts'

const COLUMNS: readonly Column<EventType>[] = [
  { head: 'type', cell: ({ key }) => key },
  { head: 'from', cell: ({ isBuiltIn }) => (isBuiltIn ? 'built in' : { text: 'your own', style: colours.cyan }) },
  { head: 'title', cell: ({ title, isDeprecated }) => (isDeprecated ? `${title} (deprecated)` : title) },
]

export function eventTypesCommand(): TimbreCommand {
  const types = new TimbreCommand('event-types').description('The catalogue: what may be published and subscribed to')
  withServer<{ own?: true }>(
    types
      .command('list')
      .description('All event types')
      .option('--own', 'only those of your own')
      .example('timbre event-types list'),
    ({ client, out }, { own }) =>
      out.list(own === true ? ownTypes(client) : client.eventTypes.list({ limit: 100 }), COLUMNS, {
        none: 'There is no event type of your own.',
      }),
  )
  withServer<{ example?: true }>(
    types
      .command('show')
      .description('An event type: what it means, an example, the JSON Schema of its data')
      .argument('<type>', 'its key')
      .option('--example', 'only the example, as JSON')
      .example('timbre event-types show call.completed --example > data.json'),
    show,
  )
  changeCommands(types)
  withServer<{ out?: string }>(
    types
      .command('typescript')
      .description('Types of the data of every event type, for a receiver')
      .option('--out <file>', 'where they are written; else standard output')
      .example('timbre event-types typescript --out events.ts'),
    typescript,
  )
  return types
}

async function* ownTypes(client: Server['client']): AsyncGenerator<EventType> {
  for await (const type of client.eventTypes.list({ limit: 100 })) if (!type.isBuiltIn) yield type
}

async function show(server: Server, { example }: { readonly example?: true }, key = ''): Promise<void> {
  if (example !== true) return showEventType(server, key)
  server.out.plain(JSON.stringify((await server.client.eventTypes.get(key)).example, null, 2))
}

export async function showEventType({ client, out }: Server, key: string): Promise<void> {
  const type = await client.eventTypes.get(key)
  out.thing(type, [
    ['type', type.key],
    ['title', type.title],
    ['from', type.isBuiltIn ? 'built in' : 'your own'],
    ['deprecated', type.isDeprecated ? 'yes' : null],
  ])
  if (type.description !== '') out.say(`\n${shown(type.description)}`)
  for (const [name, value] of [
    ['example', type.example],
    ['schema', type.schema],
  ] as const) {
    out.say(`\n${colours.dim(name)}`)
    for (const line of JSON.stringify(value, null, 2).split('\n')) out.say(shown(line))
  }
}

function changeCommands(types: TimbreCommand): void {
  withServer<{ file: string }>(
    types
      .command('create')
      .description('Add an event type of your own')
      .requiredOption('--file <file>', 'JSON: key, and title, description, schema, example; -: standard input')
      .example('timbre event-types create --file order-paid.json'),
    async ({ client, out }, { file }) => {
      const made = await client.eventTypes.create((await typeIn(file)) as EventTypeCreate)
      if (out.isJson) out.json(made)
      else out.say(`${colours.green('Created')}: ${made.key}.`)
    },
  )
  withServer<{ file: string }>(
    types
      .command('update')
      .description('Change an event type of your own to what the file says')
      .requiredOption('--file <file>', 'JSON, with its key; -: standard input')
      .example('timbre event-types update --file order-paid.json'),
    async ({ client, out }, { file }) => {
      const { key, ...changes } = (await typeIn(file)) as EventTypeCreate
      const changed = await client.eventTypes.update(key, changes)
      if (out.isJson) out.json(changed)
      else out.say(`${colours.green('Changed')}: ${changed.key}.`)
    },
  )
  withServer<{ yes?: true }>(
    types
      .command('delete')
      .description('Delete an event type of your own')
      .argument('<type>', 'its key')
      .option('--yes', 'do not ask')
      .example('timbre event-types delete order.paid --yes'),
    async ({ client, out }, { yes }, key = '') => {
      await confirmed(`Delete the event type ${key}?`, yes === true)
      await client.eventTypes.delete(key)
      out.say(`${colours.green('Deleted')}: ${key}.`)
    },
  )
}

/** The server checks all of it, and says which member is wrong. */
async function typeIn(file: string): Promise<{ readonly key: string }> {
  const value = await jsonFile(file)
  if (typeof value === 'object' && value !== null && 'key' in value && typeof value.key === 'string')
    return value as { key: string }
  throw new CommandError(`${file} is no event type: it has no "key", such as {"key":"order.paid","schema":{…}}.`)
}

async function typescript({ client, out }: Server, { out: file }: { readonly out?: string }): Promise<void> {
  const all: EventType[] = []
  for await (const type of client.eventTypes.list({ limit: 100 })) all.push(type)
  const text = `// Made by "timbre event-types typescript".\n\n${typescriptOf(all)}`
  if (file === undefined) return out.plain(text)
  writeFileSync(file, text)
  out.say(`${colours.green('Written')}: ${all.length} types, ${file}.`)
}
