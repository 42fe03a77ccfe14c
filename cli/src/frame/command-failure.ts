// Owns how an error of a command is told: one sentence, what to do, and an exit code.
// Must never show an API key.
import type { ApiError } from '@getsupervisor/agents-studio-sdk'
import { EXIT, type ExitName } from './exit-codes.ts'

/** What the command cannot do as it was asked, or tried in vain: a sentence for a person. */
export class CommandError extends Error {
  readonly exit: ExitName

  constructor(message: string, exit: ExitName = 'usage') {
    super(message)
    this.exit = exit
  }
}

export interface CommandFailure {
  readonly sentence: string
  readonly exitCode: number
}

/** Errors of the SDK and of the server are loaded when there is one to tell: no command waits for both. */
export async function commandFailure(error: unknown): Promise<CommandFailure> {
  if (error instanceof CommandError) return { sentence: error.message, exitCode: EXIT[error.exit].code }
  // Ctrl-C at a question.
  if (error instanceof Error && error.name === 'ExitPromptError')
    return { sentence: 'Nothing was done.', exitCode: EXIT.interrupted.code }
  const sdk = await import('@getsupervisor/agents-studio-sdk')
  if (error instanceof sdk.ApiError) return { sentence: apiSentence(error), exitCode: EXIT[exitOf(error)].code }
  const { operatorFailure } = await import('../operate/operator-failure.ts')
  return operatorFailure(error)
}

function exitOf({ status, code }: ApiError): ExitName {
  if (code === 'CONNECTION_FAILED' || code === 'TIMED_OUT') return 'network'
  if (status === 401 || status === 403) return 'auth'
  if (status === 404) return 'notFound'
  if (status === 409) return 'conflict'
  if (status === 429 || status >= 500 || code === 'UNEXPECTED_RESPONSE') return 'server'
  return 'invalid'
}

function apiSentence(error: ApiError): string {
  const issues = Array.isArray(error.details['issues']) ? error.details['issues'] : []
  // One issue is in the message already.
  const lines = issues.length < 2 ? [] : issues.map(({ path, message }) => `  ${path} ${message}`)
  return [`${error.message}${hint(error)}`, ...lines, ...report(error)].join('\n')
}

function report({ status, requestId }: ApiError): string[] {
  return status >= 500 && requestId !== undefined ? [`Request ${requestId}: quote it when you report this.`] : []
}

function hint({ status, code }: ApiError): string {
  if (code === 'CONNECTION_FAILED') return ' Is it running? "timbre whoami" shows which server is asked.'
  if (status === 401 || code === 'WORKSPACE_FORBIDDEN' || code === 'WORKSPACE_REQUIRED')
    return ' "timbre whoami" shows which key and workspace are used; "timbre login" keeps others.'
  return ''
}
