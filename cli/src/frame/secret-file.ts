// Owns reading a secret out of a file, or asking a person for it.
// Must never show one, nor take one where it would stay in the history of a shell.
import { readFileSync } from 'node:fs'
import { CommandError } from './command-failure.ts'
import { isInteractive } from './world.ts'

/** Without the line end behind it: an editor's. */
export function fileSecret(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '')
  } catch {
    throw new CommandError(`There is no file ${file} that can be read.`)
  }
}

/** @param message what it is of */
export async function askedSecret(message: string, option: string): Promise<string> {
  if (!isInteractive()) throw new CommandError(`${message}: give it with ${option}.`)
  const { default: password } = await import('@inquirer/password')
  return (await password({ message }, { output: process.stderr })).trim()
}
