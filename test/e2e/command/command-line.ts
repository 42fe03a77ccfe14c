// Owns a command line against a server in tests: a configuration folder and a workspace of its own.
import { mkdirSync, rmSync } from 'node:fs'
import { WORKSPACE_SCOPES } from '@timbre/contract/api-key.ts'
import { type CommandEnd, runTimbre } from '../../support/run-timbre.ts'
import { scratchFolder } from '../../support/scratch.ts'
import type { TimbreProcess } from '../../support/timbre-process.ts'

export class CommandLine {
  readonly folder = scratchFolder()
  readonly env: Record<string, string>

  /** @param settings such as TIMBRE_API_KEY; HOME is always a scratch folder */
  constructor(settings: Readonly<Record<string, string>> = {}) {
    mkdirSync(this.folder, { recursive: true })
    this.env = { HOME: this.folder, XDG_CONFIG_HOME: `${this.folder}/config`, ...settings }
  }

  /** For a workspace of its own on a server. */
  static async on(timbre: TimbreProcess): Promise<CommandLine> {
    const { id } = await timbre.client({ apiKey: timbre.adminKey }).workspaces.create({ name: 'A command line' })
    const inside = timbre.client({ apiKey: timbre.adminKey, workspaceId: id })
    const { key = '' } = await inside.apiKeys.create({ name: 'A command line', scopes: [...WORKSPACE_SCOPES] })
    return new CommandLine({ TIMBRE_BASE_URL: timbre.address, TIMBRE_WORKSPACE_ID: id, TIMBRE_API_KEY: key })
  }

  run(args: readonly string[], input?: string | Buffer): Promise<CommandEnd> {
    return runTimbre(args, this.env, input)
  }

  /** What a run prints that must end with 0. */
  async output(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(args)
    if (code !== 0 || stderr !== '') throw new Error(`timbre ${args.join(' ')} ended with ${code}: ${stderr}`)
    return stdout
  }

  /** The values that a run with --json prints. */
  async json(...args: readonly string[]): Promise<Record<string, unknown>[]> {
    const lines = (await this.output(...args, '--json')).split('\n').filter((line) => line !== '')
    return lines.map((line) => JSON.parse(line))
  }

  remove(): void {
    // What it started may write its last lines still.
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  }
}
