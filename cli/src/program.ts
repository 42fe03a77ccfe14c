// Owns the program: all commands with a line of help each, and the whole of the one that is called.
import { COMMANDS } from './command-table.ts'
import { TimbreCommand } from './frame/timbre-command.ts'
import { version } from './version.ts'

/** The program for these arguments: only the command that they name is loaded. */
export async function programFor(args: readonly string[]): Promise<TimbreCommand> {
  const [first = '', second = ''] = args.filter((argument) => !argument.startsWith('-'))
  // These two are about another one.
  const needed = ['help', 'complete'].includes(first) ? [first, second] : [first]
  return program((name) => needed.includes(name))
}

/** The program with every command loaded: for the reference and for completion. */
export function wholeProgram(): Promise<TimbreCommand> {
  return program(() => true)
}

async function program(isNeeded: (name: string) => boolean): Promise<TimbreCommand> {
  const timbre = new TimbreCommand('timbre')
    .description(
      'Delivers webhooks for voice-agent telephony: runs a server, and works with any server. Settings come from the environment: TIMBRE_…',
    )
    .version(version(), '-v, --version')
    .example('timbre start --dev', 'a server on this machine, for receivers on this machine')
  for (const { name, group, summary, load } of COMMANDS) {
    const command = isNeeded(name) ? await load() : new TimbreCommand(name)
    timbre.addCommand(command.summary(summary).helpGroup(group))
  }
  return timbre
}
