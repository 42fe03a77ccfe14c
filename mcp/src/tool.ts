// Owns the form of a tool: what it takes and gives, which routes it calls, and what it does to the world.
// Must never know how it is called: over standard input and output, or over HTTP.
import type { Client } from '@getsupervisor/agents-studio-sdk'
import type { RouteName } from '@timbre/contract/routes.ts'
import type Type from 'typebox'
import type { Seal } from './preview-token.ts'

/** What a tool works with: everything that it does goes through the client, with the credential of whoever asks. */
export interface ToolContext {
  readonly client: Client
  /** Of whoever waits for the result. */
  readonly signal: AbortSignal
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly seal: Seal
}

/**
 * - reads: nothing changes.
 * - previews: nothing changes; it is the first half of a tool that sends.
 * - sends: a receiver gets a request that it acts on.
 */
export type Effect = 'reads' | 'previews' | 'sends'

export interface Tool<I extends Type.TObject = Type.TObject, O extends Type.TObject = Type.TObject> {
  readonly name: string
  readonly title: string
  /** For the agent that chooses. */
  readonly description: string
  readonly input: I
  readonly output: O
  /** What it calls. It is offered where at least one of them is open; the service decides about each call. */
  readonly routes: readonly RouteName[]
  readonly effect: Effect
  /** true: the same call twice is one. */
  readonly isIdempotent?: true
  /** Rejects with an ApiError, or with a ToolRefusal. */
  readonly run: (input: Type.Static<I>, context: ToolContext) => Promise<Type.Static<O>>
}

/** Why a tool does nothing: a sentence for the agent that says what to do. */
export class ToolRefusal extends Error {}

/** Has the compiler tie `run` to the two schemas; from here on a tool is one of many. */
export function tool<I extends Type.TObject, O extends Type.TObject>(row: Tool<I, O>): Tool {
  return row as unknown as Tool // the toolbox validates the input by the very schema before it calls `run`
}
