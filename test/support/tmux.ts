// Owns a terminal in tests: Debian's tmux with a size, keys that are sent to it, and what is on its screen.
import { execFileSync, spawnSync } from 'node:child_process'
import { until } from './until.ts'

export interface TmuxOptions {
  readonly columns: number
  readonly rows: number
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
}

const SOON_MS = 40_000
let count = 0

/** Why nothing can be tested in a terminal; undefined: it can. */
export function whyNoTmux(): string | undefined {
  return spawnSync('tmux', ['-V']).status === 0 ? undefined : 'there is no tmux here (apt-get install tmux)'
}

/** A shell of its own, in a server of its own. */
export class TmuxScreen {
  readonly #socket = `timbre-test-${process.pid}-${++count}`

  constructor({ columns, rows, cwd, env }: TmuxOptions) {
    const settings = [
      'set',
      '-g',
      'status',
      'off',
      ';',
      'set',
      '-s',
      'escape-time',
      '0',
      ';',
      'set',
      '-s',
      'set-clipboard',
      'on',
      ';',
    ]
    const variables = Object.entries({ PS1: '$ ', LANG: 'C.UTF-8', ...env }).map(([name, value]) => `${name}=${value}`)
    const size = ['-x', String(columns), '-y', String(rows)]
    const shell = ['env', '-i', ...variables, 'bash', '--norc', '--noprofile']
    // `-f /dev/null`: nothing of the configuration of whoever runs the tests.
    this.#tmux('-f', '/dev/null', ...settings, 'new-session', '-d', ...size, '-c', cwd, ...shell)
  }

  /** Types a line and Return. */
  type(text: string): void {
    this.#tmux('send-keys', '-l', text)
    this.keys('Enter')
  }

  /** Keys by their names in tmux (`Enter`, `Up`, `C-c`), or single letters. */
  keys(...names: readonly string[]): void {
    this.#tmux('send-keys', ...names)
  }

  resize(columns: number, rows: number): void {
    this.#tmux('resize-window', '-x', String(columns), '-y', String(rows))
  }

  /** What is on the screen. @param isStyled with its colours, as escape sequences */
  text(isStyled = false): string {
    return this.#tmux('capture-pane', '-p', ...(isStyled ? ['-e'] : []))
  }

  clipboard(): string {
    return this.#tmux('show-buffer')
  }

  /** The screen, once it is as it should be. */
  async shows(pattern: RegExp): Promise<string> {
    return until(
      async () => this.text(),
      (text) => pattern.test(text),
      SOON_MS,
    )
  }

  close(): void {
    spawnSync('tmux', ['-L', this.#socket, 'kill-server'])
  }

  #tmux(...args: readonly string[]): string {
    return execFileSync('tmux', ['-L', this.#socket, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  }
}
