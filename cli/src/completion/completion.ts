// Owns `timbre completion <shell>`, and `timbre complete`, which its script asks at each tab.
import { Argument, type Command } from 'commander'
import { Output } from '../frame/output.ts'
import { TimbreCommand } from '../frame/timbre-command.ts'
import { candidates } from './candidates.ts'
import { SCRIPTS, SHELLS, type Shell } from './scripts.ts'

export function completionCommand(): TimbreCommand {
  return new TimbreCommand('completion')
    .description('Print the script that completes commands and options in a shell')
    .addArgument(new Argument('<shell>', 'which shell').choices([...SHELLS]))
    .example('source <(timbre completion bash)', 'in ~/.bashrc; zsh takes the same in ~/.zshrc, behind compinit')
    .example('timbre completion fish > timbre.fish', 'in ~/.config/fish/completions')
    .action((shell: Shell) => new Output(false).plain(SCRIPTS[shell]))
}

export function completeCommand(): TimbreCommand {
  return new TimbreCommand('complete')
    .description('What may stand at the cursor, for the scripts of `timbre completion`')
    .argument('[words...]', 'the words behind timbre, the last being typed')
    .allowUnknownOption()
    .example('timbre complete -- deliveries list --st')
    .action((words: readonly string[], _: object, command: Command) => {
      const out = new Output(false)
      for (const { word, help } of candidates(command.parent ?? command, words))
        out.say(`${word}\t${help.split('\n')[0]}`)
    })
}
