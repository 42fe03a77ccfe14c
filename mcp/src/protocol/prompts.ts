// Owns the prompts: questions that people ask often, as a menu of the client.
import type { GetPromptResult, Prompt } from '@modelcontextprotocol/sdk/types.js'

interface PromptRow {
  readonly prompt: Prompt
  readonly text: (argument: string) => string
}

const ARGUMENT_LENGTH_MAX = 256

const PROMPTS: readonly PromptRow[] = [
  {
    prompt: {
      name: 'why_did_it_not_arrive',
      title: 'Why did it not arrive?',
      description: 'Follows a call, an event or a delivery, and says what happened and what to do.',
      arguments: [{ name: 'id', description: 'A call, event or delivery: any id', required: true }],
    },
    text: (id) =>
      `Find out what happened to ${JSON.stringify(id)}. Use find, then explain_failure for each delivery or webhook that failed. Say in a few sentences what arrived, what did not, the cause, and what the owner of the receiver has to do. Send nothing.`,
  },
  {
    prompt: {
      name: 'review_webhooks',
      title: 'Review the webhooks',
      description: 'Looks at all webhooks of the workspace, and says which need somebody, and why.',
      arguments: [],
    },
    text: () =>
      'Look at the webhooks of this workspace: explain_failure without an id, statistics, and list_events with undelivered: true. Make a short list of what needs somebody, the most urgent first, each with its cause and what to do. Send nothing.',
  },
]

export function listPrompts(): Prompt[] {
  return PROMPTS.map(({ prompt }) => prompt)
}

/** undefined: there is no such prompt, or an argument that it needs is missing or too long. */
export function getPrompt(name: string, given: Readonly<Record<string, string>> = {}): GetPromptResult | undefined {
  const row = PROMPTS.find(({ prompt }) => prompt.name === name)
  const [wanted] = row?.prompt.arguments ?? []
  const argument = wanted === undefined ? '' : given[wanted.name]
  if (row === undefined || argument === undefined || argument.length > ARGUMENT_LENGTH_MAX) return undefined
  const content = { type: 'text' as const, text: row.text(argument) }
  return { description: row.prompt.description, messages: [{ role: 'user', content }] }
}
