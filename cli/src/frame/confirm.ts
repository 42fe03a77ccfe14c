// Owns asking a person before something that cannot be undone, or that many will notice.
import { CommandError } from './command-failure.ts'
import { isInteractive } from './world.ts'

/** Resolves when it is to be done. Where nobody can be asked, `--yes` must have been given. */
export async function confirmed(question: string, isYes: boolean): Promise<void> {
  if (isYes) return
  if (!isInteractive()) throw new CommandError(`${question} Nobody can be asked here: add --yes to do it.`)
  const { default: confirm } = await import('@inquirer/confirm')
  if (!(await confirm({ message: question, default: false }, { output: process.stderr })))
    throw new CommandError('Nothing was done.', 'failed')
}
