// Owns the `timbre` command: one run of it, and how its end becomes an exit code (frame/exit-codes.ts).
import { CommanderError } from 'commander'
import { errorColours } from './frame/colours.ts'
import { commandFailure } from './frame/command-failure.ts'
import { EXIT } from './frame/exit-codes.ts'
import { programFor } from './program.ts'

// Backups, databases, profiles and keys are the user's alone.
process.umask(0o077)

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // `timbre deliveries list | head`: whoever reads has enough.
  if (error.code === 'EPIPE') process.exit(EXIT.done.code)
  // The terminal was closed, and SIGHUP says so too: what was begun is still to be ended.
  if (error.code !== 'EIO') throw error
})

try {
  await (await programFor(process.argv.slice(2))).parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? EXIT.done.code : EXIT.usage.code)
  const { sentence, exitCode } = await commandFailure(error)
  process.stderr.write(`${errorColours.red(sentence)}\n`)
  process.exit(exitCode)
}
