// Owns the exit codes of the command: the only table. docs/reference/cli.md is made from it.
// Must never give a number another meaning: scripts go by them.

export interface ExitCode {
  readonly code: number
  readonly means: string
}

export const EXIT = {
  done: { code: 0, means: 'Done' },
  failed: { code: 1, means: 'It was tried and failed' },
  usage: { code: 2, means: 'It cannot be done as it was asked: a wrong option, setting or file' },
  due: { code: 3, means: 'Nothing was changed, and something is due: `migrate --check`, `apply --dry-run`' },
  invalid: { code: 4, means: 'The server refused what was sent as invalid (400, 413, 415)' },
  auth: { code: 5, means: 'No API key, a wrong one, or one without the scope (401, 403)' },
  notFound: { code: 6, means: 'There is no such thing in this workspace (404)' },
  conflict: { code: 7, means: 'It contradicts what is there (409)' },
  network: { code: 8, means: 'The server could not be reached, or did not answer in time' },
  server: { code: 9, means: 'The server failed, or asked to come again later (5xx, 429)' },
  interrupted: { code: 130, means: 'Ctrl-C' },
} as const satisfies Readonly<Record<string, ExitCode>>

export type ExitName = keyof typeof EXIT
