// Owns `timbre sources`: providers of calls, how they are set up, and what they sent.
import type { CallSignal, RefusedRequest, Source, SourceCreate, SourceKind } from '@getsupervisor/agents-studio-sdk'
import { SOURCE_KINDS } from '@timbre/contract/source.ts'
import { Option } from 'commander'
import { colours } from '../frame/colours.ts'
import { confirmed } from '../frame/confirm.ts'
import { wholeNumber } from '../frame/options.ts'
import { brief, type Column } from '../frame/output.ts'
import { askedSecret, fileSecret } from '../frame/secret-file.ts'
import { textTable } from '../frame/text-table.ts'
import { TimbreCommand } from '../frame/timbre-command.ts'
import { timeText } from '../frame/times.ts'
import { idText } from './present/words.ts'
import { showSource } from './sources/show-source.ts'
import { fieldsOf, type SourceOptions, withSourceOptions } from './sources/source-options.ts'
import { type Server, withServer } from './with-server.ts'

const COLUMNS: readonly Column<Source>[] = [
  { head: 'id', cell: ({ id }) => idText('source', id) },
  { head: 'provider', cell: ({ kind }) => kind },
  { head: 'last message (UTC)', cell: ({ lastSignalAt }) => timeText(lastSignalAt) },
  { head: 'secret', cell: ({ secretPreview }) => secretPreview.slice(-8) },
  { head: 'name', cell: ({ name }) => brief(name, 60) },
]

export function sourcesCommand(): TimbreCommand {
  const sources = new TimbreCommand('sources').description('Providers of calls, which post their own signed requests')
  withServer(
    sources.command('list').description('All sources of the workspace').example('timbre sources list'),
    ({ client, out }) =>
      out.list(client.sources.list({ limit: 100 }), COLUMNS, {
        none: 'There is no source yet. "timbre sources create <name> --kind twilio --secret-file <file>" makes one.',
      }),
  )
  withServer(
    sources
      .command('show')
      .description('A source: its URL, where to paste it, and when something came last')
      .argument('<source>', 'its id')
      .example('timbre sources show src_01J7W8A4XK0N5Y6Z7Q8P9R0S1T'),
    async (server, _, id = '') => showSource(server, await server.client.sources.get(id)),
  )
  createCommand(sources)
  editCommand(sources)
  withServer<{ yes?: true }>(
    sources
      .command('delete')
      .description('Delete a source: its URL is dead at once, and what it sent goes')
      .argument('<source>', 'its id')
      .option('--yes', 'do not ask')
      .example('timbre sources delete src_01J7W8A4XK0N5Y6Z7Q8P9R0S1T --yes'),
    deleteSource,
  )
  withServer(
    sources
      .command('requests')
      .description('What a source sent last: what was taken, and what was refused and why')
      .argument('<source>', 'its id')
      .example('timbre sources requests src_01J7W8A4XK0N5Y6Z7Q8P9R0S1T'),
    showRequests,
  )
  return sources
}

function createCommand(sources: TimbreCommand): void {
  withServer<SourceOptions & { kind: SourceKind; secretFile?: string }>(
    withSourceOptions(
      sources
        .command('create')
        .description('Add a provider of calls; prints the URL that it is to post to')
        .argument('<name>', 'what you call it')
        .addOption(new Option('--kind <kind>', 'which provider').choices(SOURCE_KINDS).makeOptionMandatory())
        .option('--secret-file <file>', 'what the provider signs with; of Telnyx its public key; else it is asked for'),
    ).example(
      'timbre sources create "Main number" --kind twilio --secret-file secret.txt --public-url https://hooks.example.com',
    ),
    async (server, { kind, secretFile, ...options }, name = '') => {
      const fields = await fieldsOf(options)
      const secret =
        secretFile === undefined
          ? await askedSecret(`What ${kind} signs with`, '--secret-file')
          : fileSecret(secretFile)
      const source: SourceCreate = { ...fields, name, kind, secret }
      showSource(server, await server.client.sources.create(source))
    },
  )
}

function editCommand(sources: TimbreCommand): void {
  withServer<SourceOptions & { name?: string; secretFile?: string; overlapHours?: number }>(
    withSourceOptions(
      sources
        .command('edit')
        .description('Change what is given; the rest stays. With a new secret the one before is taken for a while')
        .argument('<source>', 'its id')
        .option('--name <text>', 'what you call it')
        .option('--secret-file <file>', 'what the provider signs with from now on')
        .option('--overlap-hours <hours>', 'how long the secret before is still taken; else 24', wholeNumber(0, 168)),
    ).example('timbre sources edit src_01J7W8A4XK0N5Y6Z7Q8P9R0S1T --secret-file secret.txt --overlap-hours 48'),
    async (server, { name, secretFile, overlapHours, ...options }, id = '') => {
      const change = {
        ...(await fieldsOf(options)),
        ...(name === undefined ? {} : { name }),
        ...(secretFile === undefined ? {} : { secret: fileSecret(secretFile) }),
        ...(overlapHours === undefined ? {} : { overlapHours }),
      }
      showSource(server, await server.client.sources.update(id, change))
    },
  )
}

async function deleteSource({ client, out }: Server, { yes }: { readonly yes?: true }, id = ''): Promise<void> {
  const { name, kind } = await client.sources.get(id)
  await confirmed(`Delete ${name} (${kind})? What the provider posts from now on is lost.`, yes === true)
  await client.sources.delete(id)
  out.say(`${colours.green('Deleted')} ${id}.`)
}

async function showRequests({ client, out }: Server, _: object, id = ''): Promise<void> {
  const [taken, refused] = await Promise.all([client.sources.listSignals(id), client.sources.listRefusedRequests(id)])
  if (out.isJson) return out.json({ taken, refused })
  if (taken.length + refused.length === 0)
    return out.say('Nothing came yet. "timbre sources show" says where to paste the URL.')
  const head = ['taken (UTC)', 'message', 'state', 'call']
  for (const line of textTable(head, taken.map(takenRow), { styleHead: colours.dim })) out.say(line)
  if (refused.length === 0) return
  out.say()
  const refusedHead = ['refused (UTC)', 'cause', 'from', 'what to do']
  for (const line of textTable(refusedHead, refused.map(refusedRow), { styleHead: colours.dim })) out.say(line)
}

function takenRow({ receivedAt, event, state, callId }: CallSignal): string[] {
  return [timeText(receivedAt), event, state ?? '–', callId ?? '–']
}

function refusedRow({ receivedAt, cause, remoteAddress, message, detail }: RefusedRequest) {
  const what = detail === null ? message : `${message} (${brief(detail, 80)})`
  return [timeText(receivedAt), { text: cause, style: colours.red }, remoteAddress ?? '–', what]
}
