// Owns running the `timbre` command in tests: a process of its own, with nothing of this environment but the PATH.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const COMMAND = fileURLToPath(new URL('../../cli/bin/timbre.mjs', import.meta.url))
const RUN_MS_MAX = 60_000

export interface CommandEnd {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** @param input what it reads from standard input */
export function runTimbre(
  args: readonly string[],
  settings: Readonly<Record<string, string>> = {},
  input: string | Buffer = '',
): Promise<CommandEnd> {
  const env = { PATH: process.env['PATH'] ?? '', ...settings }
  return new Promise((resolve) => {
    const options = { env, timeout: RUN_MS_MAX, maxBuffer: 64 * 1024 * 1024 }
    const child = execFile(process.execPath, [COMMAND, ...args], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
      resolve({ code, stdout, stderr })
    })
    // A command that reads nothing may have ended.
    child.stdin?.on('error', () => {})
    child.stdin?.end(input)
  })
}
