// Owns docs/reference/cli.md: every command with its arguments, options and examples, made from the commands themselves.
import { CLIENT_SETTINGS } from '@timbre/server/settings.ts'
import { CONNECTION_SETTINGS } from '../cli/src/frame/connection.ts'
import { EXIT, type ExitCode } from '../cli/src/frame/exit-codes.ts'
import type { TimbreCommand } from '../cli/src/frame/timbre-command.ts'
import { wholeProgram } from '../cli/src/program.ts'
import { REFUSAL_CODES, VERDICT_CODES } from '../cli/src/requests/verdict-codes.ts'

const program = await wholeProgram()

/** The lines of the page. */
export function cliReference(): string[] {
  return [
    'One command, `timbre`, with two uses: operating a server, and working with any server through the SDK. `timbre <command> --help` says the same as this page.',
    '',
    ...contents(),
    ...serverOptions(),
    ...exitCodes(),
    ...leavesOf(program).flatMap(section),
  ]
}

function contents(): string[] {
  const groups = [...new Set(program.subcommands.map((command) => command.helpGroup()))]
  return groups.flatMap((group) => [
    `**${group}**`,
    '',
    ...program.subcommands
      .filter((command) => command.helpGroup() === group)
      .map((command) => `- \`timbre ${command.name()}\`: ${escaped(command.summary())}`),
    '',
  ])
}

function serverOptions(): string[] {
  const rows = Object.entries(CONNECTION_SETTINGS).map(([name, help]) => `| \`${name}\` | ${help} |`)
  return [
    '## Which server',
    '',
    'Commands that talk to a server find it by `--base-url`, `--workspace-id` and `--api-key`, then by the environment, then by a profile of `timbre login`. The key of a',
    `profile is sent to the server of that profile and to no other. \`timbre whoami\` shows what is used. \`timbre start\` passes over these ${CLIENT_SETTINGS.length} names.`,
    '',
    '| Name | Meaning |',
    '|---|---|',
    ...rows,
    '',
    'Lists go on to the next page by themselves. With `--json` each item is one line of JSON, and there is nothing else on standard output. Colours are there on a terminal only, and not',
    'where `NO_COLOR` is set. Ids are taken in every form: `wh_…` or the UUID.',
    '',
  ]
}

function exitCodes(): string[] {
  const rows: readonly ExitCode[] = Object.values(EXIT)
  return [
    '## Exit codes',
    '',
    '| Code | Meaning |',
    '|---|---|',
    ...rows.map(({ code, means }) => `| ${code} | ${means} |`),
    ...Object.entries(VERDICT_CODES).map(
      ([cause, code]) => `| ${code} | \`verify\`: the request does not verify, [\`${cause}\`](diagnosis.md) |`,
    ),
    ...Object.entries(REFUSAL_CODES).map(
      ([cause, code]) =>
        `| ${code} | \`verify --source\`: the request is none of the provider, [\`${cause}\`](../guides/sources.md#when-nothing-arrives) |`,
    ),
    '',
  ]
}

function leavesOf(command: TimbreCommand): TimbreCommand[] {
  return command.subcommands.flatMap((one) => (one.subcommands.length === 0 ? [one] : leavesOf(one)))
}

function section(command: TimbreCommand): string[] {
  const args = command.registeredArguments.map((argument) => [usageOf(argument), argument.description] as const)
  const options = command.options
    .filter(({ helpGroupHeading, hidden }) => helpGroupHeading === undefined && !hidden)
    .map(({ flags, description, defaultValue, argChoices }) => [
      `\`${flags.replaceAll('|', '\\|')}\``,
      [
        description,
        ...(argChoices === undefined ? [] : [argChoices.map((choice) => `\`${choice}\``).join(', ')]),
        ...(['string', 'number'].includes(typeof defaultValue) ? [`default \`${defaultValue}\``] : []),
      ].join('; '),
    ])
  const hasServer = command.options.some(
    ({ long, helpGroupHeading }) => long === '--api-key' && helpGroupHeading !== undefined,
  )
  return [
    `## ${command.path}`,
    '',
    `${sentence(escaped(command.description()))}${hasServer ? ' Talks to [a server](#which-server).' : ''}`,
    '',
    ...table([...args, ...options]),
    ...(command.examples.length === 0 ? [] : ['```sh', ...command.examples.flatMap(exampleLines), '```', '']),
  ]
}

function usageOf(argument: { name(): string; readonly required: boolean; readonly variadic: boolean }): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`
  return argument.required ? `\`<${name}>\`` : `\`[${name}]\``
}

function table(rows: readonly (readonly (string | undefined)[])[]): string[] {
  if (rows.length === 0) return []
  return ['| | |', '|---|---|', ...rows.map(([name, help]) => `| ${name} | ${escaped(help ?? '')} |`), '']
}

function exampleLines({ run, says }: { readonly run: string; readonly says?: string }): string[] {
  return says === undefined ? [run] : [`# ${says}`, run]
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/<(\w+)>/g, '&lt;$1>')
}

/** In a list of commands it stands without its full stop. */
function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}
