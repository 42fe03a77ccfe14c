// Owns the file with the keys of a first start, from before they are made until they were shown: a process that dies between has
// them shown by the next start. Must never be there for longer.
import { closeSync, fsyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

export const FIRST_START_FILE = 'first-start.json'

export interface FirstKeys {
  readonly workspaceId: string
  readonly apiKey: string
}

export class FirstStartFile {
  readonly #directory: string
  readonly #file: string

  /** @param directory exists, and is the user's alone */
  constructor(directory: string) {
    this.#directory = directory
    this.#file = join(directory, FIRST_START_FILE)
  }

  /** What an earlier start was to show; undefined: nothing, or it died while it wrote, before it made anything. */
  read(): FirstKeys | undefined {
    try {
      const { workspaceId, apiKey } = JSON.parse(readFileSync(this.#file, 'utf8'))
      return typeof workspaceId === 'string' && typeof apiKey === 'string' ? { workspaceId, apiKey } : undefined
    } catch (error) {
      if (error instanceof SyntaxError || (error instanceof Error && 'code' in error && error.code === 'ENOENT'))
        return undefined
      throw error
    }
  }

  /** On disk when it returns. */
  write(keys: FirstKeys): void {
    const file = openSync(this.#file, 'w', 0o600)
    writeSync(file, JSON.stringify(keys))
    fsyncSync(file)
    closeSync(file)
    const directory = openSync(this.#directory, 'r')
    fsyncSync(directory)
    closeSync(directory)
  }

  remove(): void {
    rmSync(this.#file, { force: true })
  }
}
