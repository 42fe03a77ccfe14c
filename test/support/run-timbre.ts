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

export function runTimbre(
  args: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<CommandEnd> {
  const env = { PATH: process.env['PATH'] ?? '', ...settings }
  return new Promise((resolve) => {
    execFile(process.execPath, [COMMAND, ...args], { env, timeout: RUN_MS_MAX }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
      resolve({ code, stdout, stderr })
    })
  })
}
