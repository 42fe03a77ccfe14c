// Owns which tools a caller is offered, and one call of one: validated, run, bounded, and told in the form of the protocol.
// Must never run a tool that sends where that was not allowed, whatever the agent says.
import assert from 'node:assert/strict'
import { ApiError, type Client, ValidationError } from '@getsupervisor/agents-studio-sdk'
import type { CallToolResult, Tool as ListedTool } from '@modelcontextprotocol/sdk/types.js'
import type { RouteName } from '@timbre/contract/routes.ts'
import type { Seal } from './preview-token.ts'
import { type Tool, ToolRefusal } from './tool.ts'
import { TOOLS } from './tools.ts'
import { UNTRUSTED_NOTICE, untrusted } from './untrusted.ts'
import { inputFault } from './validate-input.ts'

/** Of a result as JSON: some 8,000 tokens. */
export const RESULT_LENGTH_MAX = 30_000
const ISSUES_SHOWN = 5
const FAILURE_LENGTH_MAX = 1500

export interface ToolboxOptions {
  /** With the credential of whoever asks. */
  readonly client: Client
  /** Whether tools that send are offered. */
  readonly allowWrite: boolean
  /** How they can be, in a sentence. */
  readonly howToAllow: string
  /** Whether the caller may use a route, where that is known beforehand. */
  readonly isOpen: (route: RouteName) => boolean
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly seal: Seal
  /** Is told what nobody has foreseen. */
  readonly onFault: (error: unknown) => void
}

export class Toolbox {
  readonly #options: ToolboxOptions

  constructor(options: ToolboxOptions) {
    this.#options = options
  }

  /** Whether tools that send are offered. */
  get allowWrite(): boolean {
    return this.#options.allowWrite
  }

  get client(): Client {
    return this.#options.client
  }

  /** Those that the caller may use, as clients get them. */
  list(): ListedTool[] {
    const { allowWrite, isOpen } = this.#options
    const offered = TOOLS.filter(({ effect, routes }) => (allowWrite || effect === 'reads') && routes.some(isOpen))
    return offered.map(listed)
  }

  /** undefined: there is no such tool. Rejects only when the signal has been aborted. */
  async call(name: string, input: unknown, signal: AbortSignal): Promise<CallToolResult | undefined> {
    const tool = TOOLS.find((one) => one.name === name)
    if (tool === undefined) return undefined
    const { allowWrite, howToAllow } = this.#options
    if (tool.effect !== 'reads' && !allowWrite) return failure(`${name} is not allowed here. ${howToAllow}`)
    const fault = inputFault(tool, input)
    if (fault !== undefined) return failure(`The arguments of ${name} are not valid. ${fault}`)
    try {
      const { client, now, seal } = this.#options
      // What the schema has let through.
      const valid = input as Parameters<Tool['run']>[0]
      return success(await tool.run(valid, { client, signal, now, seal }))
    } catch (error) {
      signal.throwIfAborted()
      return failure(this.#sentence(error))
    }
  }

  #sentence(error: unknown): string {
    if (error instanceof ApiError) {
      const issues = error instanceof ValidationError ? error.issues.slice(0, ISSUES_SHOWN) : []
      const lines = [`${error.code}: ${error.message}`, ...issues.map(({ path, message }) => `${path} ${message}`)]
      // A sentence may repeat what it was given, or name a member of somebody's schema.
      return untrusted(lines.join('\n'), FAILURE_LENGTH_MAX).untrusted
    }
    if (error instanceof ToolRefusal) return error.message
    this.#options.onFault(error)
    return 'INTERNAL_ERROR: Something went wrong on our side. Before a tool that sends is called again, look with find.'
  }
}

/** As `tools/list` says it. The hints are for the person who is asked: the service decides by itself. */
export function listed({ name, title, description, input, output, effect, isIdempotent }: Tool): ListedTool {
  const sends = effect === 'sends'
  return {
    name,
    title,
    description,
    // A schema of TypeBox is JSON Schema, and these two are objects.
    inputSchema: input as unknown as ListedTool['inputSchema'],
    outputSchema: output as unknown as NonNullable<ListedTool['outputSchema']>,
    annotations: {
      title,
      readOnlyHint: !sends,
      destructiveHint: sends,
      idempotentHint: !sends || isIdempotent === true,
      // A receiver is of the world outside.
      openWorldHint: sends,
    },
  }
}

function success(output: object): CallToolResult {
  const text = JSON.stringify(output)
  assert(text.length <= RESULT_LENGTH_MAX, 'a result is within its bound, whatever the workspace holds')
  const notice = text.includes('"untrusted":') ? [{ type: 'text' as const, text: UNTRUSTED_NOTICE }] : []
  // Clients that do not know structured results read the text.
  return { content: [...notice, { type: 'text', text }], structuredContent: { ...output } }
}

function failure(text: string): CallToolResult {
  return { isError: true, content: [{ type: 'text', text }] }
}
