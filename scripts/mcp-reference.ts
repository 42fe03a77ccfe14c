// Owns docs/reference/mcp.md: every tool of the Model Context Protocol with what it takes, gives and needs, made from the tools themselves.
import { ROUTES, type Route } from '@timbre/contract/routes.ts'
import { listPrompts } from '@timbre/mcp/protocol/prompts.ts'
import { RESOURCE_TEMPLATES, RESOURCES } from '@timbre/mcp/protocol/resources.ts'
import type { Effect, Tool } from '@timbre/mcp/tool.ts'
import { TOOLS } from '@timbre/mcp/tools.ts'

interface Field {
  readonly type?: string | readonly string[]
  readonly enum?: readonly string[]
  readonly description?: string
  readonly items?: Field
  readonly properties?: object
  readonly anyOf?: readonly Field[]
}

const EFFECTS: Readonly<Record<Effect, string>> = {
  reads: 'Reads.',
  previews: 'Sends nothing. Offered where sending is allowed.',
  sends: 'Sends. Offered where sending is allowed.',
}

/** The lines of the page. */
export function mcpReference(): string[] {
  return [
    '`timbre mcp` over standard input and output, and `/mcp` of a server: [Let an agent look into it](../guides/agents-with-mcp.md). A tool is offered where the key has at least one of its scopes, or the portal one of its capabilities;',
    'the service decides about each of its calls. *Text of others* is `{ untrusted, cutFrom? }`: what somebody else wrote, cut, and how many characters it has where it was cut. `tools/list` has the schemas in full.',
    '',
    '| Tool | What it does to the world | Scopes | Capabilities |',
    '|---|---|---|---|',
    ...TOOLS.map(
      ({ name, effect, routes }) =>
        `| [\`${name}\`](#${name}) | ${EFFECTS[effect]} | ${needs(routes, 'scope')} | ${needs(routes, 'capability')} |`,
    ),
    '',
    ...TOOLS.flatMap(section),
    '## Prompts and resources',
    '',
    '| | |',
    '|---|---|',
    ...listPrompts().map(({ name, description }) => `| Prompt \`${name}\` | ${description} |`),
    ...RESOURCES.map(({ uri, description }) => `| Resource \`${uri}\` | ${description} |`),
    ...RESOURCE_TEMPLATES.map(({ uriTemplate, description }) => `| Resource \`${uriTemplate}\` | ${description} |`),
  ]
}

function needs(names: Tool['routes'], part: 'scope' | 'capability'): string {
  const routes: readonly Route[] = names.map((name) => ROUTES[name])
  return [...new Set(routes.map((route) => `\`${route[part]}\``))].join(', ')
}

function section({ name, description, input, output, effect }: Tool): string[] {
  return [
    `## ${name}`,
    '',
    `${description} ${EFFECTS[effect]}`,
    '',
    ...table('Takes', input),
    ...table('Gives', output),
  ]
}

function table(head: string, schema: { readonly properties: object; readonly required?: readonly string[] }): string[] {
  const rows = Object.entries(schema.properties as Readonly<Record<string, Field>>).map(([name, field]) => {
    const isRequired = schema.required?.includes(name) === true
    return `| \`${name}\` | ${typeOf(field)}${isRequired ? '' : ', optional'} | ${wordsOf(field)} |`
  })
  return rows.length === 0 ? [] : [`| ${head} | | |`, '|---|---|---|', ...rows, '']
}

function typeOf({ type, items, properties, anyOf }: Field): string {
  if (anyOf !== undefined) return anyOf.map(typeOf).join(' or ')
  if (properties !== undefined && 'untrusted' in properties) return 'text of others'
  if (type === undefined) return 'any'
  return items === undefined ? [type].flat().join(' or ') : `${[type].flat().join(' or ')} of ${typeOf(items)}`
}

function wordsOf({ description = '', enum: words }: Field): string {
  const listed = words?.map((word) => `\`${word}\``).join(', ')
  return [description, listed]
    .filter((part) => part !== undefined && part !== '')
    .join('; ')
    .replaceAll('|', '\\|')
}
