// Owns running a program to its end with an environment of its own.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

export interface ProgramOptions {
  readonly cwd: string
  /** Beside PATH and HOME. */
  readonly env: Readonly<Record<string, string>>
}

/** What a program prints. @throws with all that it printed when it fails */
export async function runProgram(
  program: string,
  args: readonly string[],
  { cwd, env }: ProgramOptions,
): Promise<string> {
  const quiet = { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true', CI: '1' }
  const all = { PATH: process.env['PATH'], HOME: process.env['HOME'], ...quiet, ...env }
  const ended = promisify(execFile)(program, [...args], { cwd, env: all, timeout: 110_000, maxBuffer: 8 * 1024 * 1024 })
  return ended.then(
    ({ stdout }) => stdout,
    ({ message, stdout, stderr }) => {
      throw new Error(`${message}\n${stdout}\n${stderr}`)
    },
  )
}
