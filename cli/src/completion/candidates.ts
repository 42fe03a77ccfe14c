// Owns what may stand at the cursor: commands, options, and the values of options that have a list of them.
// Pure: the commands as they are defined, and the words that were typed.
import type { Command, Option } from 'commander'

export interface Candidate {
  readonly word: string
  readonly help: string
}

/**
 * @param words those behind `timbre`; the last is the one that is being typed, empty where none has begun
 * @returns what begins with it; nothing where a file or a text of the user's own belongs
 */
export function candidates(program: Command, words: readonly string[]): Candidate[] {
  const current = words.at(-1) ?? ''
  const before = words.slice(0, -1)
  const command = commandOf(program, before)
  const option = optionBefore(command, before)
  const offered =
    option !== undefined ? valuesOf(option) : current.startsWith('-') ? optionsOf(command) : subcommandsOf(command)
  return offered.filter(({ word }) => word.startsWith(current))
}

function commandOf(program: Command, words: readonly string[]): Command {
  return words.reduce((command, word) => command.commands.find((one) => one.name() === word) ?? command, program)
}

/** The option whose value is being typed: the word before, where it takes one. */
function optionBefore(command: Command, before: readonly string[]): Option | undefined {
  const last = before.at(-1) ?? ''
  return command.options.find(({ long, short, required }) => required && (long === last || short === last))
}

function valuesOf({ argChoices }: Option): Candidate[] {
  return (argChoices ?? []).map((word) => ({ word, help: '' }))
}

function optionsOf(command: Command): Candidate[] {
  const help = { word: '--help', help: 'Help on this command' }
  return [
    ...command.options.flatMap(({ long, description }) => (long ? [{ word: long, help: description }] : [])),
    help,
  ]
}

function subcommandsOf(command: Command): Candidate[] {
  return command.commands.map((one) => ({ word: one.name(), help: one.summary() || one.description() }))
}
