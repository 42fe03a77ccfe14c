// Owns a shell that is used as a reader uses it: a block is pasted, its output is read, the next one is pasted.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { until } from './until.ts'

export class Terminal {
  readonly #shell: ChildProcess
  #output = ''

  constructor(cwd: string, env: Readonly<Record<string, string | undefined>>) {
    // In a group of its own, so that what runs in the background ends with it.
    this.#shell = spawn('bash', ['--norc', '-s'], { cwd, env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] })
    for (const stream of [this.#shell.stdout, this.#shell.stderr])
      stream?.on('data', (chunk) => (this.#output += String(chunk)))
  }

  /** Pastes a block and resolves to what it prints, once that is what `isExpected` waits for. Rejects with what it printed. */
  async paste(block: string, isExpected: (output: string) => boolean, timeoutMs = 15_000): Promise<string> {
    const start = this.#output.length
    this.#shell.stdin?.write(block.endsWith('\n') ? block : `${block}\n`)
    return until(async () => this.#output.slice(start), isExpected, timeoutMs)
  }

  /** Ends the shell and everything that it started. */
  async close(): Promise<void> {
    const { pid, exitCode, signalCode } = this.#shell
    const ended = exitCode === null && signalCode === null ? once(this.#shell, 'exit') : undefined
    try {
      if (pid !== undefined) process.kill(-pid, 'SIGTERM')
    } catch {
      // Nothing of the group is left.
    }
    await ended
  }
}
