// Owns the `timbre` command: its subcommands, and how their ends become exit codes.
// 0: done (3 from `migrate --check`: a migration is due). 1: it was tried and failed. 2: what was asked for cannot be done as it was asked.
import { VERSION } from '@timbre/server/platform/version.ts'
import { Command, CommanderError } from 'commander'
import pc from 'picocolors'
import { backupCommand } from './backup.ts'
import { commandFailure } from './command-failure.ts'
import { keysCommand } from './keys.ts'
import { migrateCommand } from './migrate.ts'
import { moveCommand } from './move.ts'
import { restoreCommand } from './restore.ts'
import { rotateMasterKeyCommand } from './rotate-master-key.ts'
import { startCommand } from './start.ts'

// Backups, databases and keys are the user's alone.
process.umask(0o077)

const program = new Command('timbre')
  .description('Delivers webhooks for voice-agent telephony. Settings come from the environment: TIMBRE_…')
  .version(VERSION, '-v, --version')
  .showHelpAfterError('(timbre --help shows what there is)')
  .exitOverride()
  .addCommand(startCommand())
  .addCommand(backupCommand())
  .addCommand(restoreCommand())
  .addCommand(migrateCommand())
  .addCommand(moveCommand())
  .addCommand(rotateMasterKeyCommand())
  .addCommand(keysCommand())

for (const command of program.commands.flatMap((one) => [one, ...one.commands]))
  command.exitOverride().showHelpAfterError(`(${pathOf(command)} --help shows what there is)`)

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2)
  const { sentence, exitCode } = commandFailure(error)
  process.stderr.write(`${pc.red(sentence)}\n`)
  process.exit(exitCode)
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`
}
